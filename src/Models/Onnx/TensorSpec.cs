namespace ActorPipeline.Onnx;

/// <summary>A float tensor of fixed shape that a session takes or gives.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Its dimensions, the batch fixed to one.</param>
internal sealed record TensorSpec(string Name, long[] Shape)
{
    /// <summary>Floats in it.</summary>
    public int Length { get; } = checked((int)Shape.Aggregate(1L, (product, dimension) => checked(product * dimension)));

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(",", Shape)}]";
}
