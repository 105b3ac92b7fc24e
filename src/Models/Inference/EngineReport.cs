using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>Where the engine that a session runs came from.</summary>
public enum EngineUse
{
    /// <summary>There is none: the model is loaded as its file has it.</summary>
    None,

    /// <summary>It was kept from before.</summary>
    Hit,

    /// <summary>It was built now.</summary>
    Built,
}

/// <summary>What came of building a model's engine: the form in which its provider loads it quickest, made once and kept.</summary>
/// <param name="Provider">The execution provider it is for.</param>
/// <param name="Use">Whether it was built now or there already; <see cref="EngineUse.None"/> where none can be had, and <see cref="Why"/> says why.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Size">Bytes of its files.</param>
public sealed record EngineReport(ExecutionProvider Provider, EngineUse Use, TimeSpan Time, Bytes Size)
{
    /// <summary>The largest difference from what the model itself gives, over the largest number it gives, on inputs that were tried; null where it was not compared now.</summary>
    public double? Difference { get; init; }

    /// <summary>What was changed in its graph, such as "87 hard-swish"; for people.</summary>
    public IReadOnlyList<string> Rewrites { get; init; } = [];

    /// <summary>Why this provider, and what stood against others or against an engine; for people. Null where there is nothing to say.</summary>
    public string? Why { get; init; }
}
