using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>What a model takes and gives.</summary>
/// <param name="Inputs">In the graph's order, weights not among them.</param>
/// <param name="Outputs">In the graph's order.</param>
internal sealed record OnnxTensors(IReadOnlyList<TensorDescription> Inputs, IReadOnlyList<TensorDescription> Outputs);
