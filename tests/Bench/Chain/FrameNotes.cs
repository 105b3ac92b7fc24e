using ActorPipeline.Catalog;
using ActorPipeline.Sinks;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Chain;

/// <summary>One object as whoever found it says.</summary>
/// <param name="Box">Where, in pixels.</param>
/// <param name="Class">The detector's name for it.</param>
/// <param name="Label">The classifier's best label; null where it was not classified.</param>
internal sealed record NotedObject(BoundingBox Box, string Class, string? Label);

/// <summary>What was found on each frame, to be compared. Written by one thread.</summary>
internal sealed class FrameNotes
{
    // An engine rounds a little differently than the exported model.
    private const double Pixels = 1;

    private static readonly LabelList Classes = LabelList.Load(BenchData.PicoDet.LabelsPath!);

    private readonly List<NotedObject[]> _frames = [];

    /// <summary>Notes a frame of a loop.</summary>
    public void Add(ReadOnlySpan<Detection> found, ReadOnlySpan<Classification> labels)
    {
        var objects = new NotedObject[found.Length];
        for (var i = 0; i < found.Length; i++)
            objects[i] = new NotedObject(found[i].Box, Classes[found[i].ClassIndex], i < labels.Length ? LabelList.None[labels[i].ClassIndex] : null);
        _frames.Add(objects);
    }

    /// <summary>Notes a frame of a pipeline.</summary>
    public void Add(FrameReport report) => _frames.Add([.. report.Objects.Select(o => new NotedObject(o.Box, o.Class, o.Labels.Count > 0 ? o.Labels[0].Name : null))]);

    /// <summary>Objects that are not the same in both: found by one alone, elsewhere, called otherwise, or named otherwise.</summary>
    /// <exception cref="InvalidOperationException">They are of different numbers of frames.</exception>
    public Agreement Compare(FrameNotes other)
    {
        if (_frames.Count != other._frames.Count) throw new InvalidOperationException($"{_frames.Count} frames against {other._frames.Count} cannot be compared.");
        var (boxes, labels) = (0, 0);
        foreach (var (mine, theirs) in _frames.Zip(other._frames))
        {
            boxes += Math.Abs(mine.Length - theirs.Length);
            foreach (var one in mine)
            {
                // By place and not by order: two of almost one score may come the other way round.
                if (theirs.FirstOrDefault(t => t.Class == one.Class && IsNear(t.Box, one.Box)) is not { } same) boxes++;
                else if (same.Label != one.Label) labels++;
            }
        }
        return new Agreement(_frames.Sum(f => f.Length), _frames.Sum(f => f.Count(o => o.Label is not null)), boxes, labels);
    }

    private static bool IsNear(BoundingBox a, BoundingBox b) =>
        Math.Abs(a.Left - b.Left) <= Pixels && Math.Abs(a.Top - b.Top) <= Pixels && Math.Abs(a.Right - b.Right) <= Pixels && Math.Abs(a.Bottom - b.Bottom) <= Pixels;
}

/// <summary>How far two ways to the same results agree.</summary>
/// <param name="Objects">Objects of the first.</param>
/// <param name="Crops">Crops that it classified.</param>
/// <param name="BoxesDiffer">Objects found by one alone, or more than a pixel away, or called otherwise.</param>
/// <param name="LabelsDiffer">Crops of the same object that were named otherwise.</param>
internal readonly record struct Agreement(int Objects, int Crops, int BoxesDiffer, int LabelsDiffer)
{
    /// <summary>Whether they give the same but for what rounding decides: one in a hundred at most.</summary>
    public bool IsSame => Objects > 0 && BoxesDiffer * 100 <= Objects && LabelsDiffer * 100 <= Crops;
}

/// <summary>Notes what a pipeline gives.</summary>
internal sealed class NotingSink(FrameNotes notes) : IFrameSink
{
    public bool DrawsPixels => false;

    public void Open(SinkContext context)
    {
    }

    public void Write(FrameReport report, ImageView? pixels) => notes.Add(report);

    public void Complete()
    {
    }

    public void Dispose()
    {
    }
}
