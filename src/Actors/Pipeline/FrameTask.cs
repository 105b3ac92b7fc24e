using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Sources;
using ActorPipeline.Telemetry;
using ActorPipeline.Tracking;
using ActorPipeline.Vision;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>
/// What a frame in flight carries: its kit, what is known of it so far, and the work that models do on it with room for their answers. It is
/// used for one frame after the other, so that a frame costs no garbage; not again after a frame that failed, whose work somebody may still have.
/// </summary>
internal sealed class FrameTask(IReadOnlyList<PipelineClassifier> classifiers)
{
    private FrameKit? _kit;
    private bool _cropsReleased;

    public FrameKit Kit => _kit!;

    public SourceRead.Frame? Frame { get; private set; }

    public string? Name { get; private set; }

    /// <summary>What the detector is to do, and what it found.</summary>
    public DetectWork Detect { get; } = new();

    /// <summary>What was found and is wanted, best first.</summary>
    public List<Detection> Detections { get; } = [];

    /// <summary>The track of each of these; empty where objects are not followed.</summary>
    public List<TrackId> Tracks { get; } = [];

    /// <summary>Which of these are classified; crops and labels come in this order.</summary>
    public List<int> Chosen { get; } = [];

    /// <summary>Which of these each classifier looks at, in the order of its crops.</summary>
    public List<int>[] LookedAt { get; } = [.. classifiers.Select(_ => new List<int>())];

    /// <summary>Crops that a classifier has named.</summary>
    public int Crops
    {
        get
        {
            var count = 0;
            foreach (var found in Chosen)
                for (var i = 0; i < LookedAt.Length; i++)
                    if (Join.HasAnswered(i) && LookedAt[i].Contains(found))
                    {
                        count++;
                        break;
                    }
            return count;
        }
    }

    /// <summary>The detector does not look at this frame: boxes are where objects are expected.</summary>
    public bool Predicted { get; set; }

    /// <summary>What is to be known of its objects before they are followed is known.</summary>
    public bool Seen { get; set; }

    /// <summary>What the classifiers are to do, and what they say of the wanted detections.</summary>
    public FrameJoin Join { get; } = new(classifiers);

    /// <summary>Which variant of each model that has several has looked at it, by the model's name; null where none has.</summary>
    public SortedDictionary<string, string>? Variants { get; private set; }

    /// <summary>Which node's model has looked at it, by the model's name, where that was another's; null where none was.</summary>
    public SortedDictionary<string, string>? Nodes { get; private set; }

    /// <summary>What is noted of it; null where it is not traced.</summary>
    public FrameTrace? Trace { get; set; }

    /// <summary>It has its outcome.</summary>
    public bool IsOver { get; set; }

    /// <summary>It has failed: somebody may still have its work, so it is not used again.</summary>
    public bool Failed { get; set; }

    /// <summary>Sinks that are to take it.</summary>
    public SinkSet Sinks { get; set; }

    /// <summary>The frame's pixels; only while somebody holds them.</summary>
    public ImageView Pixels => Kit.Pixels.View(Frame!.Width, Frame.Height);

    /// <summary>A new frame.</summary>
    public void Begin(FrameKit kit, SourceRead read, SinkSet sinks)
    {
        (_kit, _cropsReleased, Sinks, Variants, Nodes, Predicted, Seen, IsOver) = (kit, false, sinks, null, null, false, false, false);
        Frame = read as SourceRead.Frame;
        Name = Frame is not null ? Frame.Name : (read as SourceRead.Unreadable)?.Name;
        Detections.Clear();
        Tracks.Clear();
        Chosen.Clear();
        foreach (var crops in LookedAt) crops.Clear();
        Join.Clear();
    }

    /// <summary>The detector has answered.</summary>
    /// <param name="only">Classes that are wanted; null for all.</param>
    public void Found(HashSet<int>? only)
    {
        foreach (var detection in Detect.Found)
            if (only is null || only.Contains(detection.ClassIndex)) Detections.Add(detection);
        Seen = true;
    }

    /// <summary>The best are classified of those that any classifier looks at.</summary>
    /// <param name="maxCrops">So many at most.</param>
    /// <param name="routing">Who looks at what.</param>
    public void ChooseBest(int maxCrops, CropRouting routing)
    {
        for (var i = 0; i < Detections.Count && Chosen.Count < maxCrops; i++)
            if (routing.IsWanted(Detections[i].ClassIndex)) Chosen.Add(i);
    }

    /// <summary>What is chosen goes to those classifiers that look at it.</summary>
    public void Divide(CropRouting routing)
    {
        for (var i = 0; i < LookedAt.Length; i++)
        {
            LookedAt[i].Clear();
            foreach (var found in Chosen)
                if (routing.Wants(i, Detections[found].ClassIndex)) LookedAt[i].Add(found);
        }
    }

    /// <summary>What a classifier calls a detection, best first; nothing where it has not looked at it.</summary>
    /// <param name="place">The classifier's place in the pipeline.</param>
    /// <param name="found">The detection.</param>
    public ReadOnlySpan<Classification> LabelsOf(int place, int found) =>
        Join.Find(place, out _) is >= 0 and var classifier ? Join.LabelsOf(place, LookedAt[classifier].IndexOf(found)) : default;

    /// <summary>A model has looked at it.</summary>
    /// <param name="model">Which.</param>
    /// <param name="variant">In which of its forms; null where it has one only.</param>
    /// <param name="node">On which node; null for this one.</param>
    public void SeenBy(ModelId model, string? variant, string? node)
    {
        if (variant is not null) (Variants ??= [])[model.Value] = variant;
        if (node is not null) (Nodes ??= [])[model.Value] = node;
    }

    public void ReleaseCrops()
    {
        if (_cropsReleased) return;
        _cropsReleased = true;
        Kit.Crops?.Release();
    }
}
