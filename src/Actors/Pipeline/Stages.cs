using ActorPipeline.Catalog;
using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A pipeline's stages; one that stopped is replaced under a new name.</summary>
internal sealed class Stages
{
    private readonly IUntypedActorContext _context;
    private readonly PipelineSettings _settings;
    private readonly IReadOnlyList<PipelineClassifier> _classifiers;
    private readonly IActorRef[] _classify;
    private readonly HashSet<string> _names = [];
    private IActorRef _board;
    private IActorRef? _gateway;

    public Stages(IUntypedActorContext context, PipelineSettings settings, PipelineParts parts)
    {
        (_context, _settings, _classifiers, _board, _gateway) = (context, settings, parts.Classifiers, parts.Board, parts.Gateway);
        Detect = MakeDetect();
        if (_classifiers.Count > 0) Crop = MakeCrop();
        _classify = [.. Enumerable.Range(0, _classifiers.Count).Select(MakeClassify)];
    }

    /// <summary>A stage that stopped.</summary>
    /// <param name="Stage">Where its frames are.</param>
    /// <param name="Classifier">Which classifier's it was; null for none.</param>
    public readonly record struct Lost(FrameStage Stage, int? Classifier);

    public IActorRef Detect { get; private set; }

    public IActorRef? Crop { get; private set; }

    /// <summary>One for each classifier.</summary>
    public IReadOnlyList<IActorRef> Classify => _classify;

    /// <summary>All there are.</summary>
    public IEnumerable<IActorRef> All => Crop is null ? [Detect] : [Detect, Crop, .. _classify];

    /// <summary>Who is told what can still be expected.</summary>
    public IActorRef Board => _board;

    /// <summary>Work is posted elsewhere from now on.</summary>
    public void Use(BoardStarted started)
    {
        (_board, _gateway) = (started.Board, started.Gateway);
        foreach (var stage in All) stage.Tell(started);
    }

    /// <summary>Replaces a stage that stopped; says which it was, or null where it was none.</summary>
    public Lost? Replace(IActorRef stopped)
    {
        if (stopped.Equals(Detect))
        {
            Detect = MakeDetect();
            return new Lost(FrameStage.Detect, null);
        }
        if (stopped.Equals(Crop))
        {
            Crop = MakeCrop();
            return new Lost(FrameStage.Crop, null);
        }
        if (Array.FindIndex(_classify, stopped.Equals) is >= 0 and var classifier)
        {
            _classify[classifier] = MakeClassify(classifier);
            return new Lost(FrameStage.Classify, classifier);
        }
        return null;
    }

    private IActorRef MakeDetect() => MakeServing("detect", _settings.Detect, stage: 0);

    private IActorRef MakeCrop()
    {
        var layout = CropLayout.Of(_classifiers, _settings.MaxCrops);
        var classifiers = _classifiers;
        return Make("crop", Props.Create(() => new CropActor(layout, classifiers)));
    }

    private IActorRef MakeClassify(int classifier)
    {
        var model = _classifiers[classifier].Model;
        return MakeServing(_classifiers.Count == 1 ? "classify" : $"classify:{model}", model, stage: classifier + 1);
    }

    private IActorRef MakeServing(string name, ModelId model, int stage)
    {
        var (settings, board, gateway, stages) = (_settings, _board, _gateway, _classifiers.Count + 1);
        return Make(name, Props.Create(() => new ServingStage(settings, model, board, gateway, stage, stages)));
    }

    private IActorRef Make(string name, Props props)
    {
        var free = name;
        for (var next = 2; !_names.Add(free); next++) free = $"{name}:{next}";
        return _context.Watch(_context.ActorOf(props, free));
    }
}
