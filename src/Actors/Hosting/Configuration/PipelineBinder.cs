using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Vision;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>pipelines.NAME</c> to settings, checked against the models.</summary>
internal sealed class PipelineBinder(SettingsReport report, ModelBinder models, string baseDirectory)
{
    private static readonly WindowSettings StandardWindow = new();

    private static readonly ValueKind<IReadOnlyList<float>> RegionKind = ValueKind.List(
        "a list of four numbers from 0 to 1: left, top, right and bottom, left less than right and top less than bottom",
        ValueKind.Float(0, 1),
        edges => edges.Count == 4 && edges[0] < edges[2] && edges[1] < edges[3]);

    private readonly HashSet<string> _used = [];
    private readonly SinkBinder _sinks = new(baseDirectory);

    /// <summary>Reads all pipelines.</summary>
    public IReadOnlyList<PipelineSettings> Bind(SettingsReader section)
    {
        var pipelines = section.Named().Select(entry => Pipeline(new PipelineId(entry.Name), entry.Reader)).ToList();

        // Without a pipeline of its own a process serves its models to others.
        if (pipelines.Count > 0 && !report.Unbalanced) models.WarnUnused(_used);
        return pipelines;
    }

    private PipelineSettings Pipeline(PipelineId id, SettingsReader reader)
    {
        var source = reader.File("source", "a video file, a picture folder, a camera's number, or an address such as rtsp://camera/1", required: true);
        var detect = Model(reader, "detect", "a detector's name", required: true, kind => kind is not (ModelKind.Classification or ModelKind.Ctc));
        var (classify, uses) = new ClassifyBinder(CheckClassifier).Read(reader);
        var standard = new PipelineSettings { Id = id, Source = "", Detect = default };
        var pipeline = new PipelineSettings
        {
            Id = id,
            Source = source is null ? "" : PathRules.ResolveSource(source, baseDirectory),
            Detect = detect ?? new ModelId(""),
            Region = reader.TryRead("region", RegionKind, false, out var edges) ? new FrameRegion(edges[0], edges[1], edges[2], edges[3]) : standard.Region,
            DetectEvery = reader.Read("detect-every", ValueKind.Int(1, 100), standard.DetectEvery),
            Classify = classify,
            Uses = uses,
            Only = reader.Read("only", ValueKind.List("a list of labels", ValueKind.Text("")), standard.Only),
            MaxCrops = reader.Read("max-crops", ValueKind.Int(1, 256), standard.MaxCrops),
            MaxPixels = reader.Read("max-pixels", ValueKind.Int(1, 1_000_000_000), standard.MaxPixels),
            Deadline = reader.Read("deadline", ValueKind.Duration(TimeSpan.Zero, TimeSpan.FromHours(1)), standard.Deadline),
            Tracking = TrackingBinder.Read(reader.Section("tracking")),
            Window = Window(reader.Section("window")),
            Reconnect = ReconnectBinder.Read(reader.Section("reconnect")),
            Sinks = [.. reader.Items("sinks").Select(item => _sinks.Read(item, id))],
        };
        if (pipeline.DetectEvery > 1 && !pipeline.Tracking.Enabled)
        {
            reader.Error("detect-every", $"detect-every = {pipeline.DetectEvery} needs tracking.enabled = true: what is on the frames between is known from tracking alone");
        }

        if (pipeline.Classify.Count == 0 && !reader.Has("classify") && pipeline.Sinks.Any(sink => sink.Snapshots is not null))
        {
            reader.Warn("sinks", "snapshots are of classified objects, and this pipeline classifies none");
        }

        AtMost(reader, "classify", pipeline.Classify.Count, FrameJoin.Most, "classifiers");
        AtMost(reader, "sinks", pipeline.Sinks.Count, SinkSet.Most, "sinks");
        reader.Done();
        return pipeline;
    }

    private ModelId? Model(SettingsReader reader, string key, string expected, bool required, Func<ModelKind, bool> fits)
    {
        if (!reader.TryRead(key, ValueKind.Text(expected), required, out var name)) return null;
        Check(reader, key, reader.PositionOf(key), name, expected, fits);
        return new ModelId(name);
    }

    private void CheckClassifier(SettingsReader reader, string key, SourcePosition position, string name) =>
        Check(reader, key, position, name, "a classifier's name", kind => kind is ModelKind.Classification or ModelKind.Ctc);

    private void Check(SettingsReader reader, string key, SourcePosition position, string name, string expected, Func<ModelKind, bool> fits)
    {
        _used.Add(name);
        if (!models.Kinds.TryGetValue(name, out var kind))
        {
            if (!models.Doubtful) report.Error(position, reader.PathOf(key), $"there is no model '{name}' under actor-pipeline.models; {Suggestions.For(name, [.. models.Kinds.Keys])}");
        }
        else if (kind is { } known && !fits(known))
        {
            report.Error(position, reader.PathOf(key), $"expected {expected}, but the model '{name}' is of kind {known.ToString().ToLowerInvariant()}");
        }
    }

    private static void AtMost(SettingsReader reader, string key, int count, int most, string what)
    {
        if (count > most) reader.Error(key, $"a pipeline has {most} {what} at most, and these are {count}");
    }

    private static WindowSettings Window(SettingsReader reader)
    {
        var window = new WindowSettings
        {
            Min = reader.Read("min", ValueKind.Int(1, 256), StandardWindow.Min),
            Max = reader.Read("max", ValueKind.Int(1, 256), StandardWindow.Max),
        };
        if (window.Min > window.Max) reader.Error(reader.Has("min") ? "min" : "max", $"min = {window.Min} is more than max = {window.Max}");
        reader.Done();
        return window;
    }
}
