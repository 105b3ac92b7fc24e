using ActorPipeline.Catalog;
using ActorPipeline.Sinks;
using ActorPipeline.Sources;
using ActorPipeline.Vision;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>What a frame in flight carries: its kit and what is known of it so far.</summary>
internal sealed class FrameTask(FrameKit kit, SourceRead read)
{
    private bool _cropsReleased;

    public FrameKit Kit { get; } = kit;

    public SourceRead.Frame? Frame { get; } = read as SourceRead.Frame;

    public string? Name { get; } = read switch
    {
        SourceRead.Frame f => f.Name,
        SourceRead.Unreadable u => u.Name,
        _ => null,
    };

    /// <summary>What was found and is wanted, best first.</summary>
    public IReadOnlyList<Detection> Detections { get; set; } = [];

    /// <summary>What the classifiers say of the first detections, the rest stays unclassified; null before they are asked.</summary>
    public FrameJoin? Join { get; set; }

    /// <summary>Which variant of each model that has several has looked at it, by the model's name.</summary>
    public SortedDictionary<string, string> Variants { get; } = [];

    /// <summary>Sinks that are to take it.</summary>
    public HashSet<int> Sinks { get; } = [];

    /// <summary>The frame's pixels; only while somebody holds them.</summary>
    public ImageView Pixels => Kit.Pixels.View(Frame!.Width, Frame.Height);

    /// <summary>A model has looked at it.</summary>
    /// <param name="model">Which.</param>
    /// <param name="variant">In which of its forms; null where it has one only.</param>
    public void SeenBy(ModelId model, string? variant)
    {
        if (variant is not null) Variants[model.Value] = variant;
    }

    public void ReleaseCrops()
    {
        if (_cropsReleased) return;
        _cropsReleased = true;
        Kit.Crops?.Release();
    }

    /// <summary>The frame's result, as sinks see it.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="latency">From capture to outcome.</param>
    /// <param name="classes">Names of the detector's classes.</param>
    /// <param name="classifiers">Each classifier with the names of its classes.</param>
    public FrameReport Report(FrameId id, FrameOutcome outcome, TimeSpan latency, LabelList classes, IReadOnlyList<(ModelId Model, LabelList Labels)> classifiers)
    {
        var reason = outcome switch
        {
            FrameOutcome.Dropped(var why) => why,
            FrameOutcome.Failed(var why, var detail) => detail.Length == 0 ? why : $"{why}: {detail}",
            _ => null,
        };
        return new FrameReport(
            id.Number, Frame?.Position ?? TimeSpan.Zero, Name, Frame?.Width ?? 0, Frame?.Height ?? 0,
            outcome.Word, reason, latency.TotalMilliseconds, outcome is FrameOutcome.Classified ? Objects(classes, classifiers) : [])
        {
            Variants = Variants,
        };
    }

    private ObjectReport[] Objects(LabelList classes, IReadOnlyList<(ModelId Model, LabelList Labels)> classifiers)
    {
        var objects = new ObjectReport[Detections.Count];
        for (var i = 0; i < objects.Length; i++)
        {
            var detection = Detections[i];
            objects[i] = new ObjectReport(detection.Box, classes[detection.ClassIndex], detection.Score, Join is null ? [] : Labels(Join, i, classifiers));
        }
        return objects;
    }

    /// <summary>Where there are several classifiers, each label says whose it is.</summary>
    private static List<LabelReport> Labels(FrameJoin join, int crop, IReadOnlyList<(ModelId Model, LabelList Labels)> classifiers)
    {
        var named = new List<LabelReport>();
        for (var place = 0; place < classifiers.Count; place++)
        {
            var (model, labels) = classifiers[place];
            foreach (var label in join.LabelsOf(place, crop))
                named.Add(new LabelReport(labels[label.ClassIndex], label.Score) { By = classifiers.Count > 1 ? model.Value : null });
        }
        return named;
    }
}
