using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx.Managed;

/// <summary>Tensors bound to a session of the managed wrapper; the tensors belong to who made them.</summary>
internal sealed class ManagedBinding : INativeBinding
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly IReadOnlyList<ManagedTensor> _staged;
    private bool _disposed;

    /// <param name="session">The session; it outlives this.</param>
    /// <param name="inputs">One for each input.</param>
    /// <param name="outputs">One for each wanted output.</param>
    /// <param name="staged">Whether the session reads its inputs elsewhere: then binding is what copies them there, and each run binds them anew.</param>
    public ManagedBinding(InferenceSession session, IReadOnlyList<ManagedTensor> inputs, IReadOnlyList<ManagedTensor> outputs, bool staged)
    {
        (_session, _staged) = (session, staged ? inputs : []);
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
            foreach (var input in _staged) _binding.BindInput(input.Spec.Name, input.Value);
            if (_staged.Count > 0) _binding.SynchronizeBoundInputs();
            _session.RunWithBinding(_options, _binding);
            if (_staged.Count > 0) _binding.SynchronizeBoundOutputs();
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
