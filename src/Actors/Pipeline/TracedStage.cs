using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Pipeline;

/// <summary>What a model does on a frame that is traced.</summary>
/// <param name="name">"detect" or "classify".</param>
/// <param name="model">Which model.</param>
/// <param name="posted">When it was asked to, on the actors' clock.</param>
internal sealed class TracedStage(string name, ModelId model, TimeSpan posted)
{
    public string Name => name;

    public ModelId Model => model;

    public TimeSpan Posted => posted;

    /// <summary>What the board notes.</summary>
    public WorkTimes Work { get; } = new();

    /// <summary>When it was answered; null before.</summary>
    public TimeSpan? Answered { get; private set; }

    /// <summary>In which of its forms it did; null where it has one only.</summary>
    public string? Variant { get; private set; }

    /// <summary>On which node; null for this one.</summary>
    public string? Node { get; private set; }

    /// <summary>Why it failed, in a word; null where it did not.</summary>
    public string? Error { get; private set; }

    public void Answer(TimeSpan now, string? variant, string? node) => (Answered, Variant, Node) = (now, variant, node);

    public void Fail(TimeSpan now, string error) => (Answered, Error) = (now, error);
}
