using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Synthetic;

/// <summary>A synthetic classifier: several crops are one run, as many as it declares and its card allows.</summary>
internal class SyntheticClassifier(ModelCard card, SyntheticModel model, LoadReport report, SyntheticCounters counters, TimeProvider time, ManualResetEventSlim hungReleased)
    : SyntheticLoadedModel(card, model, report, counters, time, hungReleased), IClassifier
{
    /// <inheritdoc/>
    public int Batch { get; } = Math.Min(model.Batch, card.Batch);

    /// <inheritdoc/>
    public int Classify(int lane, in ImageView crop, Span<Classification> top) => Fill(top, Run(lane, [crop], Labels)[0]);

    /// <inheritdoc/>
    public void Classify(int lane, ReadOnlySpan<ImageView> crops, Span<Classification> top, Span<int> filled)
    {
        for (var at = 0; at < crops.Length; at += Batch)
        {
            var labels = Run(lane, crops.Slice(at, Math.Min(Batch, crops.Length - at)), Labels);
            for (var i = 0; i < labels.Length; i++) filled[at + i] = Fill(top.Slice((at + i) * Card.LabelsEach, Card.LabelsEach), labels[i]);
        }
    }

    /// <summary>What a crop is given, best first.</summary>
    protected virtual IReadOnlyList<Classification> Labels(SyntheticModel declared, SyntheticCall call) => declared.Classifies(call);

    private static int Fill(Span<Classification> top, IReadOnlyList<Classification> labels)
    {
        var count = Math.Min(labels.Count, top.Length);
        for (var i = 0; i < count; i++) top[i] = labels[i];
        return count;
    }
}
