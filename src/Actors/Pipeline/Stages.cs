using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A pipeline's stages; one that stopped is replaced under a new name.</summary>
internal sealed class Stages
{
    private readonly IUntypedActorContext _context;
    private readonly PipelineSettings _settings;
    private readonly PipelineParts _parts;
    private IActorRef _board;
    private int _made;

    public Stages(IUntypedActorContext context, PipelineSettings settings, PipelineParts parts)
    {
        (_context, _settings, _parts, _board) = (context, settings, parts, parts.Board);
        Detect = MakeDetect();
        if (settings.Classify is null || parts.CropSize is null) return;
        Crop = MakeCrop();
        Classify = MakeClassify();
    }

    public IActorRef Detect { get; private set; }

    public IActorRef? Crop { get; private set; }

    public IActorRef? Classify { get; private set; }

    /// <summary>All there are.</summary>
    public IEnumerable<IActorRef> All => Classify is null ? [Detect] : [Detect, Crop!, Classify];

    /// <summary>Where work is posted; stages are told when that is a new one.</summary>
    public IActorRef Board
    {
        get => _board;
        set
        {
            _board = value;
            foreach (var stage in All) stage.Tell(new BoardStarted(value));
        }
    }

    /// <summary>Replaces a stage that stopped; says which it was, or null where it was none.</summary>
    public FrameStage? Replace(IActorRef stopped)
    {
        if (stopped.Equals(Detect))
        {
            Detect = MakeDetect();
            return FrameStage.Detect;
        }
        if (stopped.Equals(Crop))
        {
            Crop = MakeCrop();
            return FrameStage.Crop;
        }
        if (stopped.Equals(Classify))
        {
            Classify = MakeClassify();
            return FrameStage.Classify;
        }
        return null;
    }

    private IActorRef MakeDetect()
    {
        var (settings, board) = (_settings, _board);
        return Make("detect", Props.Create(() => new DetectActor(settings, board)));
    }

    private IActorRef MakeCrop()
    {
        var size = _parts.CropSize!.Value;
        return Make("crop", Props.Create(() => new CropActor(size)));
    }

    private IActorRef MakeClassify()
    {
        var (settings, board, size) = (_settings, _board, _parts.CropSize!.Value);
        return Make("classify", Props.Create(() => new ClassifyActor(settings, board, size)));
    }

    private IActorRef Make(string name, Props props) => _context.Watch(_context.ActorOf(props, _made++ < 3 ? name : $"{name}-{_made}"));
}
