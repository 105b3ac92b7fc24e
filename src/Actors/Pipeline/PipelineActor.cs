using ActorPipeline.Catalog;
using ActorPipeline.Serving;
using ActorPipeline.Sinks;
using ActorPipeline.Sources;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>
/// Owns the ledger of frames of one pipeline. Stages and sinks report to it alone; it moves frames on, hands outcomes on in
/// capture order, lets buffers go and returns credits. Opening -> Prepared -> Running -> Closing -> Ended. This file has its states and
/// its opening; the way of frames and the ending have files of their own.
/// </summary>
internal sealed partial class PipelineActor : ReceiveActor, IWithTimers
{
    private sealed record DrainBound : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record CloseBound : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    /// <summary>How long sinks may take to close; one that takes longer is given up by name.</summary>
    internal static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(10);

    private readonly PipelineSettings _settings;
    private readonly PipelineParts _parts;
    private readonly FrameLedger _ledger;
    private readonly WindowControl _window;
    private TimeSpan _lanesIdle;
    private TimeSpan _lanesIdleAt;
    private readonly SinkBook _sinks;
    private readonly FrameTracer _tracer;
    private readonly Dictionary<FrameId, FrameTask> _tasks = [];
    private readonly Stack<FrameTask> _spareTasks = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly HashSet<IActorRef> _abandoning = [];
    private readonly IActorRef _capture;
    private readonly Stages _stages;
    private readonly CropLayout _layout;
    /// <summary>Where each classifier's crops lie.</summary>
    private readonly int[] _regionOf;
    private readonly ObjectFollower? _follower;
    private FrameReporter? _reporter;
    private CropRouting? _routing;
    private SourceInfo? _source;
    private KitPlan? _plan;
    private KitPool? _kits;
    private HashSet<int>? _only;
    private bool _sourceEnded;
    private bool _capturing;
    private bool _draining;
    private bool _closing;
    private bool _ended;
    private bool _sinkAbandoned;
    private string? _failure;
    private (int Detector, int Classifiers) _foreseen;

    public PipelineActor(PipelineSettings settings, PipelineParts parts)
    {
        (_settings, _parts) = (settings, parts);
        _ledger = new FrameLedger(settings.Window.Max);
        _tracer = new FrameTracer(settings.Id, parts.TraceSample, parts.Time);
        _sinks = new SinkBook { Dropped = sink => Context.System.EventStream.Publish(new SinkDropped(parts.Time.Instant(), settings.Id, sink.Settings.Type)) };
        _window = new WindowControl(settings.Window.Min, settings.Window.Max, parts.Lanes, settings.Deadline);
        _capture = Context.Watch(Context.ActorOf(Props.Create(() => new CaptureActor(parts.Reader, parts.Time)), "capture"));
        _stages = new Stages(Context, settings, parts);
        _layout = CropLayout.Of(parts.Classifiers, settings.MaxCrops);
        _regionOf = [.. parts.Classifiers.Select(_layout.IndexOf)];
        if (settings.Tracking.Enabled) _follower = new ObjectFollower(settings, parts.Classifiers.Select(c => c.Labels).DefaultIfEmpty(1).Max());
        Become(Opening);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Tasks that there are: of frames that are not over, and kept for those to come. For specs, once it has ended.</summary>
    internal int Tasks => _tasks.Count + _spareTasks.Count;

    /// <summary>The ledger's entries, for specs, once it has ended.</summary>
    internal int Entries => _ledger.Entries;

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart() => _capture.Tell(new OpenSource());

    protected override void PostStop()
    {
        if (!_ended) EndLost();
        _kits?.Dispose();
    }

    private void Opening()
    {
        Receive<BoardStarted>(OnBoardStarted);
        Receive<SourceOpened>(OnSourceOpened);
        Receive<SourceRefused>(refused => Refuse(refused.Reason));
        Receive<SinkOpened>(OnSinkOpened);
        Receive<SinkFailed>(failed => Refuse(failed.Reason));
        Receive<CaptureEnded>(ended => Refuse(ended.Lost ?? "the source ended while opening"));
        Receive<DrainPipeline>(_ => Refuse("shut down while opening"));
        Receive<Terminated>(_ => Refuse("a stage stopped while opening"));
    }

    private void Prepared()
    {
        Receive<BoardStarted>(OnBoardStarted);
        Receive<AllocateBuffers>(_ => { _kits ??= new KitPool(_plan!); Context.Parent.Tell(new BuffersAllocated(_settings.Id)); });
        Receive<StartPipeline>(OnStart);
        Receive<CaptureEnded>(OnCaptureEnded);
        Receive<DrainPipeline>(_ => { _draining = _sourceEnded = true; Close(); });
        Receive<DrainBound>(_ => { });
        Receive<Terminated>(OnTerminated);
    }

    private void Running()
    {
        Receive<BoardStarted>(OnBoardStarted);
        Receive<FrameCaptured>(OnCaptured);
        Receive<FrameOvertaken>(_ => OnOvertaken());
        Receive<ReadInterrupted>(OnInterrupted);
        Receive<ReadResumed>(OnResumed);
        Receive<KitReturned>(OnKitReturned);
        Receive<CaptureEnded>(OnCaptureEnded);
        Receive<FrameServed>(OnServed);
        Receive<FrameCropped>(OnCropped);
        Receive<StageFailed>(OnStageFailed);
        Receive<SetPaused>(OnSetPaused);
        Receive<PauseCapture>(OnCapturePaused);
        Receive<Delivered>(delivered => OnDelivered(_sinks[delivered.Sink], delivered));
        Receive<SinkFailed>(failed => OnSinkLost(_sinks[failed.Sink], failed.Reason));
        Receive<SinkClosed>(_ => { });
        Receive<DrainPipeline>(OnDrain);
        Receive<DrainBound>(_ => OnDrainBound());
        Receive<Terminated>(OnTerminated);
    }

    private void Closing()
    {
        Receive<BoardStarted>(OnBoardStarted);
        Receive<SinkClosed>(closed => { (_sinks[closed.Sink].Closed, _sinks[closed.Sink].Dropped) = (true, closed.Dropped); EndWhenClosed(); });
        Receive<SinkFailed>(failed => { OnSinkLost(_sinks[failed.Sink], failed.Reason); EndWhenClosed(); });
        Receive<Delivered>(delivered => OnDelivered(_sinks[delivered.Sink], delivered));
        Receive<WorkAbandoned>(_ => { _abandoning.Remove(Sender); EndWhenClosed(); });
        Receive<CloseBound>(_ => OnCloseBound());
        Receive<KitReturned>(OnKitReturned);
        Receive<CaptureEnded>(ended => { _capturing = false; foreach (var spare in ended.Spares) _kits?.Return(spare); });
        Receive<StageFailed>(_ => { });
        Receive<SetPaused>(OnSetPaused);
        Receive<PauseCapture>(_ => { });
        Receive<FrameServed>(_ => { });
        Receive<FrameCropped>(_ => { });
        Receive<FrameCaptured>(captured => _kits?.Return(captured.Kit));
        Receive<DrainPipeline>(_ => { });
        Receive<Terminated>(terminated => { OnTerminated(terminated); EndWhenClosed(); });
    }

    private void OnSourceOpened(SourceOpened opened)
    {
        _source = opened.Info;
        var context = new SinkContext(_settings.Id.Value, _source.MaxWidth, _source.MaxHeight, _source.FramesPerSecond ?? 10);
        for (var i = 0; i < _settings.Sinks.Count; i++)
        {
            var (index, settings, create) = (i, _settings.Sinks[i], _parts.CreateSink);
            var actor = Context.Watch(Context.ActorOf(
                Props.Create(() => new SinkActor(index, () => create(settings))).WithDispatcher(ServingHosting.BlockingDispatcher), $"sink-{index}"));
            _sinks.Add(settings, actor);
            actor.Tell(new OpenSink(context));
        }
        SayWhenPrepared();
    }

    private void OnSinkOpened(SinkOpened opened)
    {
        var sink = _sinks[opened.Sink];
        (sink.Opened, sink.Draws, sink.Wants) = (true, opened.Draws, opened.Wants);
        SayWhenPrepared();
    }

    private void SayWhenPrepared()
    {
        if (_sinks.All.Any(s => !s.Opened)) return;
        _plan = KitPlan.For(_settings, _source!, _parts.Lanes, _parts.Classifiers, [.. _sinks.All.Where(s => s.Draws).Select(s => s.Settings)]);
        Become(Prepared);
        Context.Parent.Tell(new PipelinePrepared(_settings.Id, PoolVector.OfHost(_plan.Total), _source!));
    }

    private void Refuse(string reason)
    {
        Context.Parent.Tell(new PipelineRefused(_settings.Id, reason));
        Context.Stop(Self);
    }

    private void OnStart(StartPipeline start)
    {
        _reporter = new FrameReporter(start.DetectorLabels, [.. _settings.Classify.Zip(start.ClassifierLabels)], _parts.Classifiers.Where(c => c.IsText).SelectMany(c => c.Places).ToHashSet(), _follower);
        _routing = new CropRouting(_parts.Classifiers, start.DetectorLabels);
        if (_follower is not null) _follower.Routing = _routing;
        if (_settings.Only.Count > 0) _only = [.. _settings.Only.Select(start.DetectorLabels.IndexOf)];
        _kits ??= new KitPool(_plan!);
        Become(Running);
        _capturing = !_sourceEnded;
        if (_capturing) _capture.Tell(new BeginCapture(_source!.Live, [.. Enumerable.Range(0, _plan!.Spares).Select(_ => _kits.TakeSpare())]));
        Advance();
    }
}
