namespace ActorPipeline.Catalog;

/// <summary>The name of a model in the configuration, such as "detector".</summary>
/// <param name="Value">Letters, digits, '-' and '_'.</param>
public readonly record struct ModelId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
