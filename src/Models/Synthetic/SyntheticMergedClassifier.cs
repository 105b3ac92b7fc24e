using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Synthetic;

/// <summary>Synthetic classifiers that run as one: every head's labels of one run.</summary>
internal sealed class SyntheticMergedClassifier(
    ModelCard card, SyntheticModel model, IReadOnlyList<SyntheticModel> parts, LoadReport report, SyntheticCounters counters, TimeProvider time, ManualResetEventSlim hungReleased)
    : SyntheticClassifier(card, model, report, counters, time, hungReleased)
{
    /// <summary>What the merged model is: it needs what the largest of its parts needs, and takes as long as the slowest.</summary>
    /// <exception cref="ModelLoadException">They have not one backbone, or not one input.</exception>
    public static SyntheticModel Declare(ModelCard card, IReadOnlyList<SyntheticModel> parts)
    {
        var first = parts[0];
        if (parts.Any(p => p.Backbone is null || p.Backbone != first.Backbone || (p.InputWidth, p.InputHeight) != (first.InputWidth, first.InputHeight)))
            throw new ModelLoadException(card.Id, LoadFailure.Other, $"Models {card.Id} (synthetic) cannot be merged: they do not begin with the same layers.");
        return new SyntheticModel(card.Id)
        {
            Footprint = parts.Select(p => p.Footprint).Aggregate((a, b) => new Footprint(PoolVector.Max(a.Load, b.Load), PoolVector.Max(a.Resident, b.Resident), PoolVector.Max(a.Run, b.Run), a.Source)),
            LoadTime = parts.Max(p => p.LoadTime), RunTime = parts.Max(p => p.RunTime), Classes = parts.Sum(p => p.Classes), Batch = parts.Min(p => p.Batch),
            InputWidth = first.InputWidth, InputHeight = first.InputHeight,
            Fails = call => parts.Any(p => p.Fails(call)), Hangs = call => parts.Any(p => p.Hangs(call)),
        };
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Classification> Labels(SyntheticModel declared, SyntheticCall call) =>
        [.. parts.SelectMany((part, head) => part.Classifies(call).Take(Card.Merged[head].Top).Select(label => label with { Head = head }))];
}
