using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>A tensor of fixed shape that a session takes or gives.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Its dimensions, the batch fixed.</param>
internal sealed record TensorSpec(string Name, long[] Shape)
{
    /// <summary>What its elements are: <see cref="TensorElementType.Float"/>, or of an output also Int32 or Int64.</summary>
    public TensorElementType Type { get; init; } = TensorElementType.Float;

    /// <summary>Elements in it.</summary>
    public int Length { get; } = checked((int)Shape.Aggregate(1L, (product, dimension) => checked(product * dimension)));

    /// <summary>Bytes of it.</summary>
    public long Bytes => (long)Length * (Type == TensorElementType.Int64 ? sizeof(long) : sizeof(float));

    /// <summary>Whether outputs of this type can be read.</summary>
    public static bool IsRead(TensorElementType? type) => type is TensorElementType.Float or TensorElementType.Int32 or TensorElementType.Int64;

    /// <summary>The same tensor of so many pictures; this one is of one.</summary>
    public TensorSpec Of(int batch) => batch == 1 ? this : new TensorSpec(Name, [batch, .. Shape[1..]]) { Type = Type };

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(",", Shape)}]";
}
