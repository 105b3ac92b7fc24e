using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Synthetic;

/// <summary>Synthetic classifiers that run as one: one run a crop, and every head's labels.</summary>
internal sealed class SyntheticMergedClassifier(
    ModelCard card, SyntheticModel model, IReadOnlyList<SyntheticModel> parts, LoadReport report, SyntheticCounters counters, TimeProvider time, ManualResetEventSlim hungReleased)
    : SyntheticLoadedModel(card, model, report, counters, time, hungReleased), IClassifier
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
            LoadTime = parts.Max(p => p.LoadTime), RunTime = parts.Max(p => p.RunTime), Classes = parts.Sum(p => p.Classes),
            InputWidth = first.InputWidth, InputHeight = first.InputHeight,
            Fails = call => parts.Any(p => p.Fails(call)), Hangs = call => parts.Any(p => p.Hangs(call)),
        };
    }

    /// <inheritdoc/>
    public int Classify(int lane, in ImageView crop, Span<Classification> top)
    {
        var heads = Run(lane, crop, (_, call) => parts.Select(p => p.Classifies(call)).ToArray());
        var filled = 0;
        for (var head = 0; head < heads.Length; head++)
        {
            var wanted = Math.Min(Card.Merged[head].Top, heads[head].Count);
            for (var i = 0; i < wanted && filled < top.Length; i++) top[filled++] = heads[head][i] with { Head = head };
        }
        return filled;
    }
}
