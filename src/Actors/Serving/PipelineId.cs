namespace ActorPipeline.Serving;

/// <summary>The name of a pipeline in the configuration, such as "street": the one on whose behalf work is done.</summary>
/// <param name="Value">Letters, digits, '-' and '_'.</param>
public readonly record struct PipelineId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}
