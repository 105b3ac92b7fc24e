using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx.Native;

/// <summary>Weights of a model in memory that outlives the sessions on it; let go by disposing.</summary>
internal interface IMappedWeights : IDisposable
{
    /// <summary>The weights by their names in the graph.</summary>
    IReadOnlyList<MappedWeight> All { get; }
}

/// <summary>One weight in memory.</summary>
/// <param name="Name">The initializer's name.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Data">Its first byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct MappedWeight(string Name, TensorElementType Type, long[] Shape, IntPtr Data, long Length);
