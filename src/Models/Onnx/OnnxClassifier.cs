using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

/// <summary>A classifier on ONNX Runtime: normalise, run and rank in one go on the lane's thread. A merged one ranks head after head of one run.</summary>
internal sealed class OnnxClassifier(ModelCard card, LoadReport report, OnnxSession session) : OnnxModel(card, report, session), IClassifier
{
    private readonly ModelCard _card = card;

    /// <inheritdoc/>
    public int Classify(int lane, in ImageView crop, Span<Classification> top)
    {
        using var run = Session.Enter(lane);
        run.Lane.Picture.Fill(crop);
        run.Run();
        if (_card.Merged.Count == 0) return TopLabels.Select(run.Lane.Output(0), top);
        var filled = 0;
        for (var head = 0; head < _card.Merged.Count; head++)
        {
            var rest = top[filled..];
            var labels = rest[..Math.Min(_card.Merged[head].Top, rest.Length)];
            var count = TopLabels.Select(run.Lane.Output(head), labels);
            foreach (ref var label in labels[..count]) label = label with { Head = head };
            filled += count;
        }
        return filled;
    }
}
