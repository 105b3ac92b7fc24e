using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using Akka.Actor;

namespace ActorPipeline.Replacing;

/// <summary>One attempt to replace a model's file.</summary>
/// <param name="Model">The model.</param>
/// <param name="Candidate">Its new file, under a name of its own.</param>
/// <param name="Before">What the load of the old file found.</param>
/// <param name="SampleBytes">Room for what both are run on, one after the other.</param>
/// <param name="Settings">What is wanted of it.</param>
internal sealed record Replacement(ModelId Model, ModelCard Candidate, LoadReport Before, int SampleBytes, ReplacementSettings Settings)
{
    /// <summary>Has the work of both, and hands out copies.</summary>
    public required IActorRef Board { get; init; }

    /// <summary>Charges the room for copies.</summary>
    public required IActorRef Supervisor { get; init; }

    /// <summary>The actors' clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Each makes the actor that has an engine built, in a process of its own; it answers the one that is named.</summary>
    public IReadOnlyList<Func<IActorRef, Props>> Builders { get; init; } = [];

    /// <summary>Says something to the candidate in somebody's name.</summary>
    public required Action<object, IActorRef> Tell { get; init; }
}
