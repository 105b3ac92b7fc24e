using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Capi;

/// <summary>Tensors bound to a session of the C interface; the tensors belong to who made them.</summary>
internal sealed class CapiBinding : INativeBinding
{
    private readonly CapiApi _api;
    private readonly IntPtr _session;
    private readonly CapiTensor[] _inputs;
    private readonly CapiText[] _names;
    private readonly bool _staged;
    private IntPtr _binding;
    private IntPtr _options;
    private bool _disposed;

    /// <summary>Binds.</summary>
    /// <param name="api">The library.</param>
    /// <param name="session">The session.</param>
    /// <param name="inputs">Every input.</param>
    /// <param name="outputs">Every wanted output.</param>
    /// <param name="staged">Whether the session reads its inputs elsewhere: then binding is what copies them there, and each run binds them anew.</param>
    /// <exception cref="OnnxCallException">A name or a shape is not the session's.</exception>
    public CapiBinding(CapiApi api, IntPtr session, CapiTensor[] inputs, CapiTensor[] outputs, bool staged)
    {
        (_api, _session, _inputs, _staged) = (api, session, inputs, staged);
        _names = [.. inputs.Select(input => new CapiText(input.Spec.Name))];
        try
        {
            _binding = api.Get(CapiFunction.CreateIoBinding, session);
            _options = api.Get(CapiFunction.CreateRunOptions);
            BindInputs();
            foreach (var output in outputs)
            {
                using var name = new CapiText(output.Spec.Name);
                api.Call(CapiFunction.BindOutput, _binding, name.Data, output.Value);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool Terminate
    {
        set
        {
            if (!_disposed) _api.Call(value ? CapiFunction.RunOptionsSetTerminate : CapiFunction.RunOptionsUnsetTerminate, _options);
        }
    }

    /// <inheritdoc/>
    public void Run()
    {
        if (_staged)
        {
            BindInputs();
            _api.Call(CapiFunction.SynchronizeBoundInputs, _binding);
        }
        _api.Call(CapiFunction.RunWithBinding, _session, _options, _binding);
        if (_staged) _api.Call(CapiFunction.SynchronizeBoundOutputs, _binding);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _api.Release(CapiFunction.ReleaseIoBinding, _binding);
        _api.Release(CapiFunction.ReleaseRunOptions, _options);
        foreach (var name in _names) name.Dispose();
    }

    private void BindInputs()
    {
        for (var i = 0; i < _inputs.Length; i++) _api.Call(CapiFunction.BindInput, _binding, _names[i].Data, _inputs[i].Value);
    }
}
