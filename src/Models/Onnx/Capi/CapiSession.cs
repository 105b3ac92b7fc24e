using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx.Capi;

/// <summary>A session by the C interface.</summary>
internal sealed class CapiSession : INativeSession
{
    private readonly CapiApi _api;
    private readonly IntPtr _session;
    private readonly SessionPlan _plan;
    private readonly IReadOnlyList<IntPtr> _weights;
    private readonly CapiPinnedMemory? _pinned;
    private bool _disposed;

    /// <summary>Reads what it takes and gives.</summary>
    /// <param name="api">The library.</param>
    /// <param name="session">The session; this owns it, unless this throws.</param>
    /// <param name="plan">How it was opened.</param>
    /// <param name="weights">Weights it reads and does not own; this lets go of them after it.</param>
    /// <exception cref="OnnxCallException">It does not tell.</exception>
    public CapiSession(CapiApi api, IntPtr session, SessionPlan plan, IReadOnlyList<IntPtr> weights)
    {
        (_api, _session, _plan, _weights) = (api, session, plan, weights);
        Inputs = CapiDescriptions.Inputs(api, session);
        Outputs = CapiDescriptions.Outputs(api, session);
        _pinned = plan.Staged ? new CapiPinnedMemory(api, session) : null;
    }

    /// <summary>ONNX Runtime's own name for it.</summary>
    internal IntPtr Handle => _session;

    /// <inheritdoc/>
    public IReadOnlyList<TensorDescription> Inputs { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorDescription> Outputs { get; }

    /// <inheritdoc/>
    public INativeTensor Allocate(TensorSpec spec) => _pinned?.TryAllocate(spec) ?? CapiTensor.Plain(_api, spec);

    /// <inheritdoc/>
    public INativeBinding Bind(IReadOnlyList<INativeTensor> inputs, IReadOnlyList<INativeTensor> outputs) =>
        new CapiBinding(_api, _session, [.. inputs.Cast<CapiTensor>()], [.. outputs.Cast<CapiTensor>()], _plan.Staged);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _pinned?.Dispose();
        _api.Release(CapiFunction.ReleaseSession, _session);
        foreach (var weight in _weights) _api.Release(CapiFunction.ReleaseValue, weight);
        _plan.Weights?.Dispose();
    }
}
