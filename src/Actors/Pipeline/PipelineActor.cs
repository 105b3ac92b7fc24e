using ActorPipeline.Catalog;
using ActorPipeline.Serving;
using ActorPipeline.Sinks;
using ActorPipeline.Sources;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>What a pipeline is made with.</summary>
/// <param name="Board">Where work is posted.</param>
/// <param name="Lanes">Lanes that run models.</param>
/// <param name="CropSize">The classifier's input in pixels; null without one.</param>
/// <param name="Reader">Makes the source's reader, or names one that is there.</param>
/// <param name="CreateSink">Makes a sink.</param>
/// <param name="Time">The actors' clock.</param>
/// <param name="DrainTimeout">How long frames in flight may take once a sink is lost.</param>
internal sealed record PipelineParts(
    IActorRef Board, int Lanes, (int Width, int Height)? CropSize, Func<IActorRefFactory, IActorRef> Reader, Func<SinkSettings, IFrameSink> CreateSink,
    TimeProvider Time, TimeSpan DrainTimeout);

/// <summary>
/// Owns the ledger of frames of one pipeline. Stages and sinks report to it alone; it moves frames on, hands outcomes on in
/// capture order, lets buffers go and returns credits. Opening -> Prepared -> Running -> Draining -> Closing.
/// </summary>
internal sealed class PipelineActor : ReceiveActor, IWithTimers
{
    private sealed record DrainBound : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record CloseBound : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(10);

    private readonly PipelineSettings _settings;
    private readonly PipelineParts _parts;
    private readonly FrameLedger _ledger;
    private readonly SinkBook _sinks = new();
    private readonly Dictionary<FrameId, FrameTask> _tasks = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorRef _capture;
    private readonly Stages _stages;
    private LabelList _classes = LabelList.None;
    private LabelList _labels = LabelList.None;
    private SourceInfo? _source;
    private KitPlan? _plan;
    private KitPool? _kits;
    private HashSet<int>? _only;
    private bool _sourceEnded;
    private bool _draining;
    private bool _closing;
    private readonly HashSet<IActorRef> _abandoning = [];
    private string? _failure;
    private (int Detector, int Classifier) _foreseen;

    public PipelineActor(PipelineSettings settings, PipelineParts parts)
    {
        (_settings, _parts) = (settings, parts);
        _ledger = new FrameLedger(settings.Window.Max);
        _capture = Context.Watch(Context.ActorOf(Props.Create(() => new CaptureActor(parts.Reader, parts.Time)), "capture"));
        _stages = new Stages(Context, settings, parts);
        Become(Opening);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart() => _capture.Tell(new OpenSource());

    protected override void PostStop() => _kits?.Dispose();

    private void Opening()
    {
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
        Receive<StartPipeline>(OnStart);
        Receive<CaptureEnded>(OnCaptureEnded);
        Receive<DrainPipeline>(_ => { _draining = _sourceEnded = true; Close(); });
        Receive<DrainBound>(_ => { });
        Receive<Terminated>(OnTerminated);
    }

    private void Running()
    {
        Receive<FrameCaptured>(OnCaptured);
        Receive<FrameOvertaken>(_ => _ledger.Overtaken());
        Receive<KitReturned>(OnKitReturned);
        Receive<CaptureEnded>(OnCaptureEnded);
        Receive<FrameDetected>(OnDetected);
        Receive<FrameCropped>(OnCropped);
        Receive<FrameClassified>(OnClassified);
        Receive<StageFailed>(failed => Conclude(failed.Frame, new FrameOutcome.Failed(failed.Reason, failed.Detail)));
        Receive<Delivered>(delivered => OnDelivered(_sinks[delivered.Sink], delivered.Frame));
        Receive<SinkFailed>(failed => OnSinkLost(_sinks[failed.Sink], failed.Reason));
        Receive<SinkClosed>(_ => { });
        Receive<DrainPipeline>(OnDrain);
        Receive<DrainBound>(_ => OnDrainBound());
        Receive<Terminated>(OnTerminated);
    }

    private void Closing()
    {
        Receive<SinkClosed>(closed => { _sinks[closed.Sink].Closed = true; EndWhenClosed(); });
        Receive<SinkFailed>(failed => { OnSinkLost(_sinks[failed.Sink], failed.Reason); EndWhenClosed(); });
        Receive<Delivered>(delivered => OnDelivered(_sinks[delivered.Sink], delivered.Frame));
        Receive<WorkAbandoned>(_ => { _abandoning.Remove(Sender); EndWhenClosed(); });
        Receive<CloseBound>(_ => OnCloseBound());
        Receive<KitReturned>(OnKitReturned);
        Receive<CaptureEnded>(ended => { foreach (var spare in ended.Spares) _kits?.Return(spare); });
        Receive<StageFailed>(_ => { });
        Receive<FrameDetected>(_ => { });
        Receive<FrameCropped>(_ => { });
        Receive<FrameClassified>(_ => { });
        Receive<FrameCaptured>(captured => _kits?.Return(captured.Kit));
        Receive<DrainPipeline>(_ => { });
        Receive<Terminated>(terminated => { OnTerminated(terminated); EndWhenClosed(); });
    }

    // ---- opening ----

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
        (_sinks[opened.Sink].Opened, _sinks[opened.Sink].Draws) = (true, opened.Draws);
        SayWhenPrepared();
    }

    private void SayWhenPrepared()
    {
        if (_sinks.All.Any(s => !s.Opened)) return;
        _plan = KitPlan.For(_settings, _source!, _parts.Lanes, _parts.CropSize, [.. _sinks.All.Where(s => s.Draws).Select(s => s.Settings)]);
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
        (_classes, _labels) = (start.DetectorLabels, start.ClassifierLabels);
        if (_settings.Only.Count > 0) _only = [.. _settings.Only.Select(_classes.IndexOf)];
        _kits = new KitPool(_plan!);
        Become(Running);
        if (!_sourceEnded) _capture.Tell(new BeginCapture(_source!.Live, [.. Enumerable.Range(0, _plan!.Spares).Select(_ => _kits.TakeSpare())]));
        Advance();
    }

    // ---- frames ----

    private void GrantKits()
    {
        while (!_sourceEnded && !_draining && _ledger.TryTakeCredit())
        {
            if (_kits!.TryTake() is { } kit)
            {
                _capture.Tell(new KitGranted(kit));
                continue;
            }
            _ledger.ReturnCredit();
            return;
        }
    }

    private void OnKitReturned(KitReturned returned)
    {
        _kits?.Return(returned.Kit);
        _ledger.ReturnCredit();
        EndWhenDrained();
    }

    private void OnCaptured(FrameCaptured captured)
    {
        _kits!.Captured(captured.Kit);
        var task = new FrameTask(captured.Kit, captured.Result);
        var sinks = _sinks.ReserveAtCapture();
        var drawing = task.Frame is null ? [] : sinks.Where(s => s.Draws).Select(s => s.Index);
        var id = _ledger.Capture(captured.At, drawing, sinks.Count(s => s.Waits));
        task.Sinks.UnionWith(sinks.Select(s => s.Index));
        _tasks.Add(id, task);
        Context.System.EventStream.Publish(new FrameEntered(captured.At, _settings.Id, _ledger.InFlight));
        if (captured.Result is SourceRead.Unreadable(var reason, _))
            Conclude(id, new FrameOutcome.Failed("unreadable", reason));
        else
            _stages.Detect.Tell(new DetectFrame(id, task.Kit.Pixels, task.Frame!.Width, task.Frame.Height, captured.At));
        Foresee();
    }

    private void OnDetected(FrameDetected detected)
    {
        if (!_ledger.Move(detected.Frame, FrameStage.Crop)) return;
        var task = _tasks[detected.Frame];
        task.Detections = _only is null ? detected.Detections : [.. detected.Detections.Where(d => _only.Contains(d.ClassIndex))];
        if (task.Detections.Count == 0)
            Conclude(detected.Frame, new FrameOutcome.Empty());
        else if (_parts.CropSize is null)
            Conclude(detected.Frame, new FrameOutcome.Classified());
        else
            _stages.Crop!.Tell(new CropFrame(detected.Frame, task.Pixels, Best(task), task.Kit.Crops!));
        Foresee();
    }

    private ArraySegment<Detection> Best(FrameTask task) => new([.. task.Detections], 0, Math.Min(task.Detections.Count, _settings.MaxCrops));

    private void OnCropped(FrameCropped cropped)
    {
        if (!_ledger.Move(cropped.Frame, FrameStage.Classify)) return;
        LetGo(cropped.Frame, FrameLedger.Stages);
        if (cropped.Failure is { } failure)
        {
            Conclude(cropped.Frame, new FrameOutcome.Failed("crop-failed", failure));
            return;
        }
        var task = _tasks[cropped.Frame];
        _stages.Classify!.Tell(new ClassifyFrame(
            cropped.Frame, task.Kit.Crops!, Math.Min(task.Detections.Count, _settings.MaxCrops), _ledger.CapturedAt(cropped.Frame)));
        GrantKits();
        Foresee();
    }

    private void OnClassified(FrameClassified classified)
    {
        if (_tasks.TryGetValue(classified.Frame, out var task)) task.Labels = classified.Labels;
        Conclude(classified.Frame, new FrameOutcome.Classified());
    }

    private void Conclude(FrameId id, FrameOutcome outcome)
    {
        if (!_ledger.Conclude(id, outcome)) return;
        if (outcome is FrameOutcome.Failed(var reason, var detail)) _log.Warning("Frame {Frame} failed: {Reason} {Detail}", id, reason, detail);
        _tasks[id].ReleaseCrops();
        LetGo(id, FrameLedger.Stages);
        while (_ledger.HandOn() is { } next) HandOn(next.Id, next.Outcome);
        Advance();
    }

    private void HandOn(FrameId id, FrameOutcome outcome)
    {
        var task = _tasks[id];
        task.Sinks.UnionWith(_sinks.ReserveAtOutcome().Select(s => s.Index));
        var now = _parts.Time.Instant();
        var report = task.Report(id, outcome, now - _ledger.CapturedAt(id), _classes, _labels);
        foreach (var index in task.Sinks)
            _sinks[index].Actor.Tell(new Deliver(id, report, _sinks[index].Draws && task.Frame is not null ? task.Pixels : null));
        Context.System.EventStream.Publish(new FrameConcluded(
            now, _settings.Id, id, outcome, now - _ledger.CapturedAt(id), task.Labels.Count, _ledger.InFlight));
        End(id);
    }

    private void OnDelivered(SinkBook.Sink sink, FrameId id)
    {
        if (!_tasks.TryGetValue(id, out var task) || !task.Sinks.Remove(sink.Index)) return;
        sink.SlotsTaken--;
        if (sink.Waits) _ledger.Acknowledge(id);
        LetGo(id, sink.Index);
        End(id);
        Advance();
    }

    private void LetGo(FrameId id, int holder)
    {
        if (_ledger.LetGo(id, holder)) _tasks[id].Kit.Pixels.Release();
        Forget(id);
    }

    private void End(FrameId id)
    {
        _ledger.TryEnd(id);
        Forget(id);
    }

    /// <summary>A frame that is over is remembered until the last dropping sink has taken it.</summary>
    private void Forget(FrameId id)
    {
        if (!_ledger.Knows(id) && _tasks.TryGetValue(id, out var task) && task.Sinks.Count == 0) _tasks.Remove(id);
    }

    private void Advance()
    {
        GrantKits();
        Foresee();
        EndWhenDrained();
    }

    /// <summary>Says how many frames can still reach each model without a lease not now held.</summary>
    private void Foresee()
    {
        // Frames that only sinks still hold bring their credit back without any lease.
        var toCome = _source!.Live || _sourceEnded || _draining ? 0 : _settings.Window.Max - _ledger.Unfinished;
        var under = _ledger.CountIn(FrameStage.Detect) + _ledger.CountIn(FrameStage.Crop);
        if (toCome != _foreseen.Detector) _parts.Board.Tell(new Foreseen(_settings.Id, _settings.Detect, toCome, null));
        if (_settings.Classify is { } classifier && under != _foreseen.Classifier)
            _parts.Board.Tell(new Foreseen(_settings.Id, classifier, under, _settings.Detect));
        _foreseen = (toCome, under);
    }

    // ---- the end ----

    private void OnCaptureEnded(CaptureEnded ended)
    {
        _sourceEnded = true;
        foreach (var spare in ended.Spares) _kits?.Return(spare);
        if (ended.Lost is { } lost)
        {
            _failure ??= $"source '{_settings.Source}': {lost}";
            _log.Error("Source of {Pipeline} is lost: {Reason}", _settings.Id, lost);
        }
        Foresee();
        EndWhenDrained();
    }

    private void OnDrain(DrainPipeline drain)
    {
        BeginDrain(drain.Bound);
        Foresee();
        EndWhenDrained();
    }

    private void BeginDrain(TimeSpan bound)
    {
        if (!_draining && !_sourceEnded) _capture.Tell(new StopCapture());
        _draining = true;
        Timers.StartSingleTimer(nameof(DrainBound), new DrainBound(), bound);
    }

    /// <summary>What is left ends here as failed. Sinks get it all the same, and have until the closing bound to take it.</summary>
    private void OnDrainBound()
    {
        foreach (var id in _tasks.Keys.Order(Comparer<FrameId>.Create((a, b) => a.Number.CompareTo(b.Number))).ToArray())
            Conclude(id, new FrameOutcome.Failed("shutdown", ""));
        _sourceEnded = true;
        // Their work must not lie on the board with buffers of a pipeline that has ended.
        foreach (var stage in _stages.Serving)
        {
            _abandoning.Add(stage);
            stage.Tell(new AbandonWork());
        }
        if (!_closing) Close();
    }

    /// <summary>A sink takes no more: what it has not taken counts as taken, and the pipeline drains.</summary>
    private void OnSinkLost(SinkBook.Sink sink, string reason)
    {
        if (!sink.Alive) return;
        _log.Error("Sink of {Pipeline} is lost: {Reason}", _settings.Id, reason);
        sink.Alive = false;
        _failure ??= reason;
        if (!_draining && !_closing) BeginDrain(_parts.DrainTimeout);
        foreach (var (id, task) in _tasks.Where(t => t.Value.Sinks.Contains(sink.Index)).ToArray())
        {
            task.Sinks.Remove(sink.Index);
            if (sink.Waits) _ledger.Acknowledge(id);
            LetGo(id, sink.Index);
            End(id);
        }
        EndWhenDrained();
    }

    private void OnTerminated(Terminated terminated)
    {
        _abandoning.Remove(terminated.ActorRef);
        if (terminated.ActorRef.Equals(_capture))
        {
            _kits?.Reclaim();
            while (_ledger.CreditsOut > _ledger.InFlight) _ledger.ReturnCredit();
            if (!_sourceEnded) OnCaptureEnded(new CaptureEnded("the capture stage stopped", []));
            EndWhenDrained();
            return;
        }
        if (_sinks.All.FirstOrDefault(s => s.Actor.Equals(terminated.ActorRef)) is { } sink)
        {
            OnSinkLost(sink, $"sink '{sink.Settings.Path}' stopped");
            return;
        }
        if (_stages.Replace(terminated.ActorRef) is { } stage)
            foreach (var id in _ledger.In(stage)) Conclude(id, new FrameOutcome.Failed("stage-lost", $"the {stage} stage stopped"));
    }

    private void EndWhenDrained()
    {
        // A kit may still be on its way to capture and back: its credit is out until then.
        if (_sourceEnded && _ledger.CreditsOut == 0 && _kits is not null && !_closing) Close();
    }

    private void Close()
    {
        _closing = true;
        Become(Closing);
        Timers.Cancel(nameof(DrainBound));
        Timers.StartSingleTimer(nameof(CloseBound), new CloseBound(), CloseWithin);
        foreach (var sink in _sinks.Alive) sink.Actor.Tell(new CloseSink());
        EndWhenClosed();
    }

    private void OnCloseBound()
    {
        _abandoning.Clear();
        foreach (var sink in _sinks.Alive.Where(s => !s.Closed))
        {
            // It may still be drawing: its pixels stay with it.
            sink.Alive = false;
            _failure ??= sink.SlotsTaken > 0
                ? $"sink '{sink.Settings.Path}' is blocked and was given up"
                : $"sink '{sink.Settings.Path}' could not be closed in time and was given up";
        }
        EndWhenClosed();
    }

    private void EndWhenClosed()
    {
        if (_abandoning.Count > 0 || _sinks.Alive.Any(s => !s.Closed)) return;
        Become(Ended);
        Timers.CancelAll();
        var outstanding = _kits?.Outstanding ?? 0;
        // Freed before the charge ends: what is not charged any more must not be there any more.
        _kits?.Dispose();
        Context.Parent.Tell(new PipelineEnded(_settings.Id, _ledger.Totals, _failure, _sinks.Drops, outstanding));
        Context.Stop(Self);
    }

    /// <summary>Nothing more is to be said.</summary>
    private void Ended() => ReceiveAny(_ => { });
}
