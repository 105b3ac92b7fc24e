namespace ActorPipeline.Onnx;

/// <summary>A float tensor of fixed shape that a session takes or gives.</summary>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Shape">Its dimensions, the batch fixed.</param>
internal sealed record TensorSpec(string Name, long[] Shape)
{
    /// <summary>Floats in it.</summary>
    public int Length { get; } = checked((int)Shape.Aggregate(1L, (product, dimension) => checked(product * dimension)));

    /// <summary>The same tensor of so many pictures; this one is of one.</summary>
    public TensorSpec Of(int batch) => batch == 1 ? this : new TensorSpec(Name, [batch, .. Shape[1..]]);

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{string.Join(",", Shape)}]";
}
