using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Hosting.HostingProtocol;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>
/// Owns the tree. Opens pipelines, takes the base, charges buffers, probes every model once, and only then lets frames flow; at the
/// end drains, unloads and says how it went. Preparing -> Charging -> Probing -> Running -> Unloading -> Over.
/// </summary>
public sealed class ActorPipelineRoot : ReceiveActor, IWithTimers
{
    private sealed record UnloadBound : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private readonly ActorPipelineSettings _settings;
    private readonly ActorPipelineParts _parts;
    private readonly int _lanes;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<ModelId, ModelInspection> _models = [];
    private readonly Dictionary<PipelineId, PipelinePrepared> _prepared = [];
    private readonly HashSet<PipelineId> _refused = [];
    private readonly Dictionary<ModelId, LoadReport> _probes = [];
    private readonly Queue<ModelId> _toProbe = new();
    private readonly HashSet<ModelId> _made = [];
    private readonly HashSet<ModelId> _toUnload = [];
    private readonly List<PipelineEnded> _ended = [];
    private readonly List<string> _failures = [];
    private readonly List<string> _refusals = [];
    private readonly List<TaskCompletionSource> _waiting = [];
    private ActorTree? _tree;
    private Bytes _base;
    private int _answers;
    private bool _stuck;
    private bool _shuttingDown;
    private bool _refusing;

    /// <summary>Made by <c>WithActorPipeline</c>.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="parts">What the actors touch the world through.</param>
    /// <param name="lanes">Lanes that run models; at least one.</param>
    public ActorPipelineRoot(ActorPipelineSettings settings, ActorPipelineParts parts, int lanes)
    {
        (_settings, _parts, _lanes) = (settings, parts, lanes);
        Become(Preparing);
    }

    /// <summary>How long unloading may take: a run that has just begun may need all of its bounds.</summary>
    internal static TimeSpan UnloadWithin(ActorPipelineSettings settings) =>
        settings.DrainTimeout + settings.Serving.RunTimeout + settings.Serving.LostAfter;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(RecycleRequired));
        foreach (var card in _settings.Models.Values) Inspect(card);
        if (_refusals.Count > 0)
        {
            Refuse();
            return;
        }
        _tree = new ActorTree(Context, _settings, _parts, _lanes);
        foreach (var pipeline in _settings.Pipelines) _tree.AddPipeline(pipeline, CropOf(pipeline));
        if (_settings.Pipelines.Count == 0) AfterPrepared();
    }

    /// <summary>The guardian above would start this anew under a run that nobody watches any more: an error of the root's own ends the run.</summary>
    protected override void PostRestart(Exception reason)
    {
        _failures.Add($"{Self.Path.Name} failed: {reason.Message}");
        End();
    }

    private void Preparing()
    {
        Receive<PipelinePrepared>(prepared => { _prepared.Add(prepared.Pipeline, prepared); AfterAnswer(_settings.Pipelines.Count, AfterPrepared); });
        Receive<PipelineRefused>(OnPipelineRefused);
        Receive<GroupActor.ChildStopped>(OnStoppedWhilePreparing);
        Receive<BaseTaken>(taken => { _base = taken.Base; ChargePools(); });
        BeforeStart();
    }

    private void Charging()
    {
        Receive<PoolCharged>(_ => AfterAnswer(_prepared.Count, Probe));
        Receive<PoolRefused>(refused => { _refusals.Add(refused.Explanation); AfterAnswer(_prepared.Count, Probe); });
        BeforeStart();
    }

    private void Probing()
    {
        Receive<ModelProbed>(probed => { _probes[probed.Model] = probed.Report; ProbeNext(); });
        Receive<BaseTaken>(taken => StartPipelines(fixedCost: taken.Base - _base));
        Receive<ProbeFailed>(failed => { _refusals.Add(failed.Reason); ProbeNext(); });
        Receive<GroupActor.ChildStopped>(OnStoppedWhileProbing);
        BeforeStart();
    }

    private void BeforeStart()
    {
        Receive<ShutDown>(shutDown => { Wait(shutDown); _refusals.Add("shut down before the start"); Refuse(); });
        Receive<RecycleRequired>(recycle => { _stuck = true; _refusals.Add(recycle.Reason); });
        Receive<GroupActor.ChildStopped>(OnPipelineLostBeforeStart);
        Receive<Terminated>(lost => { _refusals.Add($"{lost.ActorRef.Path.Name} died"); Refuse(); });
    }

    private void Running()
    {
        Receive<PipelineEnded>(OnPipelineEnded);
        Receive<GroupActor.ChildStopped>(OnStoppedWhileRunning);
        Receive<RecycleRequired>(recycle => { _stuck = true; Fail($"the process has to be started anew: {recycle.Reason}"); });
        Receive<ShutDown>(shutDown => { Wait(shutDown); Drain(); });
        // In this form a supervisor, monitor or board that dies ends the run: what is in flight drains, and the process leaves with 1.
        Receive<Terminated>(lost => Fail($"{lost.ActorRef.Path.Name} died"));
    }

    private void Unloading()
    {
        Receive<ModelUnloaded>(unloaded => { _toUnload.Remove(unloaded.Model); EndWhenUnloaded(); });
        Receive<UnloadBound>(_ => { _failures.Add($"not unloaded in time: {string.Join(", ", _toUnload)}"); _stuck = true; End(); });
        Receive<ShutDown>(Wait);
        Receive<RecycleRequired>(_ => _stuck = true);
        // What a model's actor held went with it.
        Receive<GroupActor.ChildStopped>(stopped =>
        {
            if (Sender.Equals(_tree!.Models) && _toUnload.Remove(new ModelId(stopped.Name))) EndWhenUnloaded();
        });
        Receive<Terminated>(_ => { });
    }

    private void Over()
    {
        Receive<ShutDown>(shutDown => shutDown.Done?.TrySetResult());
        Receive<Terminated>(_ => { });
    }

    private void Inspect(ModelCard card)
    {
        switch (InspectionOutcome.Of(_parts.Runtime, card))
        {
            case InspectionOutcome.Found(var inspection): _models.Add(card.Id, inspection); break;
            case InspectionOutcome.Failed(var reason): _refusals.Add(reason); break;
        }
    }

    private (int Width, int Height)? CropOf(PipelineSettings pipeline) =>
        pipeline.Classify is { } classifier ? (_models[classifier].InputWidth, _models[classifier].InputHeight) : null;

    // ---- the start ----

    private void OnPipelineRefused(PipelineRefused refused)
    {
        if (!_refused.Add(refused.Pipeline)) return;
        _refusals.Add($"pipeline '{refused.Pipeline}': {refused.Reason}");
        AfterAnswer(_settings.Pipelines.Count, AfterPrepared);
    }

    /// <summary>A pipeline that refused says so before it stops; one that died said nothing.</summary>
    private void OnStoppedWhilePreparing(GroupActor.ChildStopped stopped)
    {
        var id = new PipelineId(stopped.Name);
        if (Sender.Equals(_tree!.Pipelines) && !_prepared.ContainsKey(id)) OnPipelineRefused(new PipelineRefused(id, "stopped while opening"));
        else OnPipelineLostBeforeStart(stopped);
    }

    private void OnPipelineLostBeforeStart(GroupActor.ChildStopped stopped)
    {
        if (!Sender.Equals(_tree!.Pipelines) || !_prepared.ContainsKey(new PipelineId(stopped.Name))) return;
        _refusals.Add($"pipeline '{stopped.Name}' stopped before the start");
        Refuse();
    }

    /// <summary>Models are probed one at a time: the one whose actor died is the one that was asked.</summary>
    private void OnStoppedWhileProbing(GroupActor.ChildStopped stopped)
    {
        var id = new ModelId(stopped.Name);
        if (!Sender.Equals(_tree!.Models) || _probes.ContainsKey(id) || _toProbe.Contains(id))
        {
            OnPipelineLostBeforeStart(stopped);
            return;
        }
        _refusals.Add($"model '{id}' stopped while it was probed");
        ProbeNext();
    }

    private void AfterAnswer(int expected, Action next)
    {
        if (++_answers < expected) return;
        _answers = 0;
        if (_refusals.Count > 0) Refuse();
        else next();
    }

    /// <summary>Sources and sinks are open and one frame is decoded: from here on, what the process grows by is ours.</summary>
    private void AfterPrepared() => _tree!.Monitor.Tell(new TakeBase());

    private Bytes Pools => _prepared.Values.Aggregate(Bytes.Zero, (sum, p) => sum + p.Pools[MemoryPool.Host]);

    private void ChargePools()
    {
        var verdict = BudgetCheck.Of(_settings.Memory.Budget, Pools, _lanes, _models);
        foreach (var warning in verdict.Warnings) _log.Warning("{Warning}", warning);
        _refusals.AddRange(verdict.Errors);
        if (_refusals.Count > 0)
        {
            Refuse();
            return;
        }
        Become(Charging);
        foreach (var prepared in _prepared.Values) _tree!.Supervisor.Tell(new ChargePool(prepared.Pipeline.Value, prepared.Pools));
        if (_prepared.Count == 0) Probe();
    }

    private void Probe()
    {
        Become(Probing);
        foreach (var (id, inspection) in _models)
        {
            _made.Add(id);
            _tree!.AddModel(id, inspection.Footprint.WithinRoom(_settings.Memory.Budget - Pools, _lanes));
            _toProbe.Enqueue(id);
        }
        ProbeNext();
    }

    private void ProbeNext()
    {
        if (_toProbe.TryDequeue(out var id))
        {
            _tree!.Tell(id, new ProbeModel(id));
            return;
        }
        foreach (var pipeline in _settings.Pipelines) CheckNames(pipeline);
        // Taken anew: native libraries are loaded and code is compiled by now, and neither comes back on unload.
        if (_refusals.Count > 0) Refuse();
        else _tree!.Monitor.Tell(new TakeBase());
    }

    private void CheckNames(PipelineSettings pipeline)
    {
        if (!_probes.TryGetValue(pipeline.Detect, out var report)) return;
        foreach (var name in pipeline.Only.Where(name => report.Labels.IndexOf(name) < 0))
            _refusals.Add($"pipeline '{pipeline.Id}': only names '{name}', which is no class of '{pipeline.Detect}'");
    }

    private void StartPipelines(Bytes fixedCost)
    {
        Become(Running);
        Context.System.EventStream.Publish(new RunStarted(_parts.Time.Instant(), _probes, Bytes.Max(Bytes.Zero, fixedCost)));
        foreach (var pipeline in _settings.Pipelines)
            _tree!.Tell(pipeline.Id, new StartPipeline(Labels(pipeline.Detect), pipeline.Classify is { } id ? Labels(id) : LabelList.None));
    }

    private LabelList Labels(ModelId id) => _probes.TryGetValue(id, out var report) ? report.Labels : LabelList.None;

    /// <summary>Nothing begins: what was opened is closed and what was loaded is unloaded, and then the reasons are said.</summary>
    private void Refuse()
    {
        if (_refusing) return;
        _refusing = true;
        foreach (var reason in _refusals) _log.Error("{Reason}", reason);
        _tree?.TellPipelines(new DrainPipeline(TimeSpan.Zero));
        Unload();
    }

    // ---- the end ----

    private void OnPipelineEnded(PipelineEnded ended)
    {
        if (_ended.Any(e => e.Pipeline == ended.Pipeline)) return;
        _ended.Add(ended);
        if (ended.Failure is { } failure) _failures.Add(failure);
        _stuck |= ended.Abandoned;
        _tree!.Supervisor.Tell(new ReleasePool(ended.Pipeline.Value));
        if (_ended.Count == _settings.Pipelines.Count) Unload();
    }

    private void OnStoppedWhileRunning(GroupActor.ChildStopped stopped)
    {
        if (Sender.Equals(_tree!.Models))
        {
            // Its work must not wait for an actor that never comes.
            if (stopped.ComesBack) return;
            _made.Remove(new ModelId(stopped.Name));
            _tree!.Board.Tell(new ModelUnavailable(new ModelId(stopped.Name), $"model '{stopped.Name}' stopped too often"));
            return;
        }
        var id = new PipelineId(stopped.Name);
        if (_settings.Pipelines.Any(p => p.Id == id) && _ended.All(e => e.Pipeline != id))
            OnPipelineEnded(new PipelineEnded(id, new FrameTotals(0, 0, 0, new Dictionary<string, long>(), new Dictionary<string, long>()), $"pipeline '{id}' stopped", 0, 0, Abandoned: false));
    }

    private void Fail(string reason)
    {
        _log.Error("{Reason}", reason);
        _failures.Add(reason);
        Drain();
    }

    private void Wait(ShutDown shutDown)
    {
        if (shutDown.Done is { } done) _waiting.Add(done);
    }

    private void Drain()
    {
        if (_shuttingDown) return;
        _shuttingDown = true;
        _tree!.TellPipelines(new DrainPipeline(_settings.DrainTimeout));
        if (_settings.Pipelines.Count == 0) Unload();
    }

    private void Unload()
    {
        Become(Unloading);
        Timers.StartSingleTimer(nameof(UnloadBound), new UnloadBound(), UnloadWithin(_settings));
        foreach (var id in _made.Where(id => _parts.Model(id) is null))
        {
            _toUnload.Add(id);
            _tree!.Tell(id, new UnloadModel(id));
        }
        EndWhenUnloaded();
    }

    private void EndWhenUnloaded()
    {
        if (_toUnload.Count == 0) End();
    }

    private void End()
    {
        Timers.CancelAll();
        Become(Over);
        var now = _parts.Time.Instant();
        Context.System.EventStream.Publish(_refusing
            ? new RunRefused(now, [.. _refusals, .. _failures], _stuck)
            : new RunEnded(now, _ended, _failures, _stuck));
        foreach (var done in _waiting) done.TrySetResult();
    }
}
