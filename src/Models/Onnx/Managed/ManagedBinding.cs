using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx.Managed;

/// <summary>Tensors bound to a session of the managed wrapper; the tensors belong to who made them.</summary>
internal sealed class ManagedBinding : INativeBinding
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private bool _disposed;

    public ManagedBinding(InferenceSession session, IReadOnlyList<ManagedTensor> inputs, IReadOnlyList<ManagedTensor> outputs)
    {
        _session = session;
        _binding = session.CreateIoBinding();
        try
        {
            foreach (var input in inputs) _binding.BindInput(input.Spec.Name, input.Value);
            foreach (var output in outputs) _binding.BindOutput(output.Spec.Name, output.Value);
        }
        catch (Exception e)
        {
            Dispose();
            if (e is OnnxRuntimeException) throw new OnnxCallException(e.Message, e);
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Terminate
    {
        set { if (!_disposed) _options.Terminate = value; }
    }

    /// <inheritdoc/>
    public void Run()
    {
        try
        {
            _session.RunWithBinding(_options, _binding);
        }
        catch (OnnxRuntimeException e)
        {
            throw new OnnxCallException(e.Message, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _binding.Dispose();
        _options.Dispose();
    }
}
