using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx.Managed;

/// <summary>A session of the managed wrapper.</summary>
/// <param name="native">The session; this owns it.</param>
/// <param name="plan">How it was opened.</param>
/// <param name="weights">Weights it reads and does not own; this disposes of them after it.</param>
internal sealed class ManagedSession(InferenceSession native, SessionPlan plan, IReadOnlyList<OrtValue> weights) : INativeSession
{
    private readonly PinnedMemory? _pinned = plan.Staged ? new PinnedMemory(native) : null;

    /// <inheritdoc/>
    public IReadOnlyList<TensorDescription> Inputs { get; } = Describe(native.InputNames, native.InputMetadata);

    /// <inheritdoc/>
    public IReadOnlyList<TensorDescription> Outputs { get; } = Describe(native.OutputNames, native.OutputMetadata);

    /// <inheritdoc/>
    public INativeTensor Allocate(TensorSpec spec) => _pinned?.TryAllocate(spec) ?? ManagedTensor.Plain(spec);

    /// <inheritdoc/>
    public INativeBinding Bind(IReadOnlyList<INativeTensor> inputs, IReadOnlyList<INativeTensor> outputs) =>
        new ManagedBinding(native, [.. inputs.Cast<ManagedTensor>()], [.. outputs.Cast<ManagedTensor>()], plan.Staged);

    /// <inheritdoc/>
    public string? EndProfile() => plan.ProfileTo is null ? null : native.EndProfiling();

    /// <inheritdoc/>
    public void Dispose()
    {
        _pinned?.Dispose();
        native.Dispose();
        foreach (var weight in weights) weight.Dispose();
        plan.Weights?.Dispose();
    }

    // In the graph's order, which a dictionary does not promise to keep.
    private static TensorDescription[] Describe(IReadOnlyList<string> names, IReadOnlyDictionary<string, NodeMetadata> metadata) =>
        [.. names.Select(name => metadata[name] is { IsTensor: true } tensor
            ? new TensorDescription(name, tensor.ElementDataType, [.. tensor.Dimensions.Select(d => (long)d)])
            : new TensorDescription(name, null, []))];
}
