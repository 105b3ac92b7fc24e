using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Replacing;

/// <summary>What is said of a model's new file while it is tried.</summary>
internal static class ReplacementProtocol
{
    /// <summary>The actor that tried it, to its parent, once; it stops after that.</summary>
    /// <param name="Candidate">The name under which it was tried.</param>
    /// <param name="Verdict">What came of it.</param>
    internal sealed record ReplacementJudged(ModelId Candidate, ReplacementVerdict Verdict);

    /// <summary>Parent to the actor that tries it: it is wanted no more. It lets go of what it holds, and stops.</summary>
    internal sealed record CallOff
    {
        public static readonly CallOff Instance = new();
    }

    /// <summary>The actor that tries it, to its parent: it was loaded once.</summary>
    /// <param name="Candidate">The name under which it is tried.</param>
    /// <param name="Report">What its load found.</param>
    internal sealed record CandidateLoaded(ModelId Candidate, LoadReport Report);
}

/// <summary>Published when a model's new file begins to be tried beside the one that serves.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Card">The model, with its new file.</param>
/// <param name="Candidate">The name under which the new file is loaded until then.</param>
public sealed record ReplacementBegan(TimeSpan At, ModelCard Card, ModelId Candidate) : ITelemetryEvent;

/// <summary>Published when it is decided which file serves a model.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Card">The model as it is served from now on: with the new file, or still with the old one.</param>
/// <param name="Candidate">The name under which the new file was tried; it is not used again.</param>
/// <param name="Replaced">Which of the two.</param>
/// <param name="Text">Why, for people.</param>
public sealed record ReplacementEnded(TimeSpan At, ModelCard Card, ModelId Candidate, bool Replaced, string Text) : ITelemetryEvent;
