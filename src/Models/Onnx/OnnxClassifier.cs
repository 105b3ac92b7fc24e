using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

/// <summary>A classifier on ONNX Runtime: normalise, run and rank in one go on the lane's thread. A merged one ranks head after head of one run.</summary>
/// <param name="card">The model.</param>
/// <param name="report">What its load found.</param>
/// <param name="session">Its session, whose lanes are made for <paramref name="batch"/>.</param>
/// <param name="batch">Crops that one run takes at most; one of <see cref="BatchSizes"/>.</param>
internal sealed class OnnxClassifier(ModelCard card, LoadReport report, OnnxSession session, int batch) : OnnxModel(card, report, session), IClassifier
{
    // Wanted of each head; of an ordinary model of its one.
    private readonly int[] _wanted = card.Merged.Count == 0 ? [] : [.. card.Merged.Select(part => part.Top)];
    private readonly int _each = card.LabelsEach;
    private readonly bool _isText = card.Kind == ModelKind.Ctc;
    private readonly int _classes = report.Classes;

    /// <inheritdoc/>
    public int Batch => batch;

    /// <inheritdoc/>
    public int Classify(int lane, in ImageView crop, Span<Classification> top)
    {
        using var run = Session.Enter(lane);
        run.Lane.Picture.Fill(crop);
        run.Run();
        return Rank(run.Lane, 0, top);
    }

    /// <inheritdoc/>
    /// <remarks>What a batch leaves over runs in smaller ones, 7 crops as 4, 2 and 1. To terminate and to dispose, all of it is one run.</remarks>
    public void Classify(int lane, ReadOnlySpan<ImageView> crops, Span<Classification> top, Span<int> filled)
    {
        if (crops.IsEmpty) return;
        using var run = Session.Enter(lane);
        for (int at = 0, count; at < crops.Length; at += count)
        {
            if (at > 0) run.GoOn();
            count = BatchSizes.Floor(Math.Min(batch, crops.Length - at));
            for (var place = 0; place < count; place++) run.Lane.Picture.Fill(crops[at + place], place);
            run.Run(count);
            for (var place = 0; place < count; place++) filled[at + place] = Rank(run.Lane, place, top.Slice((at + place) * _each, _each));
        }
    }

    private int Rank(OnnxLane lane, int place, Span<Classification> top)
    {
        if (_isText) return CtcDecoder.Read(lane.Output(0, place), _classes, top);
        if (_wanted.Length == 0) return TopLabels.Select(lane.Output(0, place), top);
        var filled = 0;
        for (var head = 0; head < _wanted.Length; head++)
        {
            var rest = top[filled..];
            var labels = rest[..Math.Min(_wanted[head], rest.Length)];
            var count = TopLabels.Select(lane.Output(head, place), labels);
            foreach (ref var label in labels[..count]) label = label with { Head = head };
            filled += count;
        }
        return filled;
    }
}
