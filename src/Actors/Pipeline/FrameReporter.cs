using System.Text;
using ActorPipeline.Catalog;
using ActorPipeline.Sinks;
using ActorPipeline.Tracking;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

/// <summary>Turns what is known of a frame into the report that sinks get. Pure.</summary>
/// <param name="classes">Names of the detector's classes.</param>
/// <param name="classifiers">Each classifier of the pipeline with the names of its classes, in the order of its settings.</param>
/// <param name="texts">Places of those that read text: their labels are characters.</param>
/// <param name="follower">Knows what objects are called by now; null where they are not followed.</param>
internal sealed class FrameReporter(LabelList classes, IReadOnlyList<(ModelId Model, LabelList Labels)> classifiers, IReadOnlySet<int> texts, ObjectFollower? follower)
{
    private static readonly IReadOnlyDictionary<string, string> NoNames = new Dictionary<string, string>();

    /// <summary>The frame's result.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="task">What is known of it.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="latency">From capture to outcome.</param>
    public FrameReport Report(FrameId id, FrameTask task, FrameOutcome outcome, TimeSpan latency)
    {
        var reason = outcome switch
        {
            FrameOutcome.Dropped(var why) => why,
            FrameOutcome.Failed(var why, var detail) => detail.Length == 0 ? why : $"{why}: {detail}",
            _ => null,
        };
        var classified = outcome is FrameOutcome.Classified;
        return new FrameReport(
            id.Number, task.Frame?.Position ?? TimeSpan.Zero, task.Name, task.Frame?.Width ?? 0, task.Frame?.Height ?? 0,
            outcome.Word, reason, latency.TotalMilliseconds, classified ? Objects(id, task) : [])
        {
            More = classified && task.Detect.More,
            Variants = task.Variants ?? NoNames,
            Nodes = task.Nodes ?? NoNames,
        };
    }

    private ObjectReport[] Objects(FrameId id, FrameTask task)
    {
        var objects = new ObjectReport[task.Detections.Count];
        for (var i = 0; i < objects.Length; i++)
        {
            var (detection, track) = (task.Detections[i], follower is null ? TrackId.None : task.Tracks[i]);
            objects[i] = new ObjectReport(detection.Box, classes[detection.ClassIndex], detection.Score, Labels(task, i))
            {
                Track = track.IsSome ? track.Number : null, Reused = track.IsSome && follower!.Reuses(id, track), Predicted = task.Predicted,
            };
        }
        return objects;
    }

    /// <summary>Where there are several classifiers, each label says whose it is.</summary>
    private IReadOnlyList<LabelReport> Labels(FrameTask task, int found)
    {
        var count = 0;
        for (var place = 0; place < classifiers.Count; place++) count += texts.Contains(place) ? Math.Min(1, LabelsOf(task, found, place).Length) : LabelsOf(task, found, place).Length;
        if (count == 0) return [];
        var named = new LabelReport[count];
        count = 0;
        for (var place = 0; place < classifiers.Count; place++)
        {
            var (model, labels) = classifiers[place];
            if (texts.Contains(place))
            {
                if (LabelsOf(task, found, place) is [var first, ..] characters) named[count++] = new LabelReport(Text(labels, characters), first.Score) { By = By(model) };
                continue;
            }
            foreach (var label in LabelsOf(task, found, place))
                named[count++] = new LabelReport(labels[label.ClassIndex], label.Score) { By = By(model) };
        }
        return named;
    }

    private string? By(ModelId model) => classifiers.Count > 1 ? model.Value : null;

    private static string Text(LabelList names, ReadOnlySpan<Classification> characters)
    {
        var text = new StringBuilder(characters.Length);
        foreach (var character in characters) text.Append(names[character.ClassIndex]);
        return text.ToString();
    }

    /// <summary>An object that is followed is called what is known of it by now; another what its own crop was called.</summary>
    private ReadOnlySpan<Classification> LabelsOf(FrameTask task, int found, int place) => follower is not null
        ? follower.LabelsOf(task.Tracks[found], place)
        : task.LabelsOf(place, found);
}
