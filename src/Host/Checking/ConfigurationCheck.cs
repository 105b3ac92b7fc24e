using ActorPipeline.Catalog;
using ActorPipeline.Cluster.Network;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Network;
using ActorPipeline.Onnx;
using ActorPipeline.Pipeline;
using ActorPipeline.Sinks;
using ActorPipeline.Sources;

namespace ActorPipeline.Hosting.Checking;

/// <summary>Looks at everything that a configuration names, without loading a model, asking a camera, or leaving a file.</summary>
/// <param name="settings">The configuration.</param>
/// <param name="parts">What a run would touch the world through.</param>
/// <param name="output">The folder a run would write to.</param>
internal sealed class ConfigurationCheck(ActorPipelineSettings settings, ActorPipelineParts parts, string output)
{
    private IReadOnlyDictionary<ModelId, InspectedModel> _models = new Dictionary<ModelId, InspectedModel>();
    private ModelSurvey? _survey;
    private readonly List<PipelineFinding> _pipelines = [];
    private readonly List<string> _errors = [];
    private OnnxLibraryUse? _library;
    private readonly List<string> _warnings = [];

    /// <summary>Looks, and says what it saw.</summary>
    /// <param name="available">What the machine has left; null where nobody knows.</param>
    public CheckReport Run(Bytes? available)
    {
        var lanes = settings.Serving.Lanes > 0 ? settings.Serving.Lanes : Environment.ProcessorCount;
        LookAtLibrary();
        LookAtIdentity();
        var survey = ModelSurvey.Of(settings, parts.Runtime, parts.Footprints, lanes);
        (_survey, _models) = (survey, survey.Models);
        _errors.AddRange(survey.Errors);
        _warnings.AddRange(survey.Warnings);
        foreach (var card in settings.Models.Values) LookAtLabels(card);
        foreach (var pipeline in settings.Pipelines) Look(pipeline, lanes);
        var buffers = _pipelines.Aggregate(DeskPlan.For(settings.Cluster, _models.Values).Total, (sum, p) => sum + (p.Plan?.Total ?? Bytes.Zero));
        var memory = settings.Memory.WithDevice(_models.Values.SelectMany(m => m.Variants).Aggregate(Bytes.Zero, (most, v) => Bytes.Max(most, v.Inspection.DeviceMemory)));
        _models = BatchPlan.Of(_models, PoolVector.Max(PoolVector.Zero, memory.Pools - PoolVector.OfHost(buffers)), lanes, f => memory.DeviceBudget > Bytes.Zero ? f : f.OnHost());
        var verdict = BudgetCheck.Of(settings.Memory.Budget, buffers, lanes, _models.Values, device: memory.DeviceBudget);
        _errors.AddRange(verdict.Errors);
        _warnings.AddRange(verdict.Warnings);
        if (MachineMemory.Shortage(available, settings.Memory.Budget, settings.Memory.Headroom) is { } shortage) _warnings.Add(shortage);
        return new CheckReport(settings.Memory.Budget, settings.Memory.Headroom, available, lanes, _models, _pipelines, _errors, _warnings) { Library = _library };
    }

    /// <summary>Loads the library that would run models, so that one error says what is wrong with it instead of one for each model.</summary>
    private void LookAtLibrary()
    {
        try
        {
            _library = OnnxLibraryUse.Read(settings.OnnxRuntime.Library);
        }
        catch (OnnxLibraryException error)
        {
            _errors.Add(error.Message);
        }
    }

    /// <summary>Reads the certificates that a node would come with.</summary>
    private void LookAtIdentity()
    {
        if (settings.Cluster is not { Enabled: true, Tls: not null }) return;
        try
        {
            ClusterNetwork.Of(settings.Cluster);
        }
        catch (NodeIdentityException error)
        {
            _errors.Add(NodeFault.Of(error, settings.Cluster)!);
        }
    }

    private void LookAtLabels(ModelCard card)
    {
        if (card.LabelsPath is not { } labels) return;
        try
        {
            if (LabelList.Load(labels).Count == 0) _errors.Add($"model '{card.Id}': its label list '{labels}' is empty");
        }
        catch (Exception error) when (IsFileError(error))
        {
            _errors.Add($"model '{card.Id}': its label list '{labels}' cannot be read: {error.Message}");
        }
    }

    private void Look(PipelineSettings pipeline, int lanes)
    {
        var drawing = new List<SinkSettings>();
        foreach (var sink in pipeline.Sinks)
            if (Look(pipeline, sink)) drawing.Add(sink);
        var (source, unknown) = Open(pipeline);
        var classifiers = _survey!.ClassifiersOf(pipeline);
        foreach (var id in Missing(pipeline, classifiers).Take(1)) unknown ??= $"the model '{id}' cannot be looked at";
        var plan = source is null || unknown is not null ? null : KitPlan.For(pipeline, source, lanes, classifiers, drawing);
        _pipelines.Add(new PipelineFinding(pipeline, source, plan, unknown, classifiers));
    }

    private static IEnumerable<ModelId> Missing(PipelineSettings pipeline, IReadOnlyList<PipelineClassifier> found) =>
        pipeline.Classify.Where((_, place) => !found.Any(c => c.Places.Contains(place)));

    /// <summary>Opens a file to learn its frames' size; a camera or stream is left alone.</summary>
    private (SourceInfo? Info, string? Unknown) Open(PipelineSettings pipeline)
    {
        if (IsLive(pipeline.Source)) return (null, "a camera or stream tells its size only when it is opened, and a check opens none");
        try
        {
            using var source = parts.CreateSource(pipeline);
            return (source.Open(), null);
        }
        catch (SourceOpenException error)
        {
            _errors.Add($"pipeline '{pipeline.Id}': {error.Message}");
            return (null, "its source cannot be opened");
        }
    }

    /// <summary>Whether the sink draws.</summary>
    private bool Look(PipelineSettings pipeline, SinkSettings settings)
    {
        // A folder is as good as a file in it.
        var written = settings.Path.Length > 0 ? settings.Path : settings.Folder.Length > 0 ? Path.Combine(settings.Folder, "head") : "";
        var path = Path.Combine(output, written);
        if (written.Length > 0 && WritableFolders.Refusal(path) is { } refusal) _errors.Add($"pipeline '{pipeline.Id}': sink '{path}' cannot be written: {refusal}");
        try
        {
            using var sink = parts.CreateSink(settings);
            return sink.DrawsPixels;
        }
        catch (SinkException error)
        {
            _errors.Add($"pipeline '{pipeline.Id}': {error.Message}");
            return false;
        }
    }

    private static bool IsLive(string source) => source.All(char.IsAsciiDigit)
        || (source.Contains("://", StringComparison.Ordinal) && !source.StartsWith("file://", StringComparison.OrdinalIgnoreCase));

    private static bool IsFileError(Exception error) => error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
