namespace ActorPipeline.Catalog;

/// <summary>How the map of a text detector by differentiable binarization becomes boxes.</summary>
public sealed record DbSettings
{
    /// <value>A pixel of the map belongs to text from this probability on. 0 to 1. Default 0.3.</value>
    public float Threshold { get; init; } = 0.3f;

    /// <value>
    /// How far a box is grown, for the map shows text shrunk: by its area over its perimeter, times this, on each side. 0 to 5. Default 1.6.
    /// </value>
    public float UnclipRatio { get; init; } = 1.6f;

    /// <value>What is narrower in the map, in pixels of the model's input, is no text. 1 to 100. Default 3.</value>
    public int MinSize { get; init; } = 3;
}
