using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx.Native;

/// <summary>An input or output of a session as its graph declares it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What its elements are; null where it is no tensor.</param>
/// <param name="Shape">Its dimensions; -1 for one that is free.</param>
internal sealed record TensorDescription(string Name, TensorElementType? Type, IReadOnlyList<long> Shape)
{
    /// <inheritdoc/>
    public override string ToString() => Type is { } type ? $"{Name} {type}[{string.Join(",", Shape)}]" : $"{Name} (no tensor)";
}
