using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Hosting.HostingProtocol;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>
/// Owns the tree. Opens pipelines, takes the base, charges buffers, has missing engines built, probes every model once, and only then lets frames flow; at the
/// end drains, unloads and says how it went. Preparing -> Charging -> Building -> Probing -> Running -> Unloading -> Over.
/// </summary>
public sealed partial class ActorPipelineRoot : ReceiveActor, IWithTimers
{
    private sealed record UnloadBound : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    /// <summary>A part of the tree that died is made anew.</summary>
    private sealed record Replace(TreePart Part) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    /// <summary>A part that was made anew has lived long enough to count as sound.</summary>
    private sealed record Settled(TreePart Part) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private enum TreePart
    {
        Monitor,
        Supervisor,
        Board,
    }

    private ActorPipelineSettings _settings;
    private readonly ActorPipelineParts _parts;
    private readonly int _lanes;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IReadOnlyDictionary<ModelId, InspectedModel> _models = new Dictionary<ModelId, InspectedModel>();
    /// <summary>The same as they run one crop at a time.</summary>
    private IReadOnlyDictionary<ModelId, InspectedModel> _surveyed = new Dictionary<ModelId, InspectedModel>();
    private readonly Dictionary<PipelineId, PipelinePrepared> _prepared = [];
    private readonly HashSet<PipelineId> _refused = [];
    /// <summary>What the probe of each model's first variant found.</summary>
    private readonly Dictionary<ModelId, LoadReport> _probes = [];
    private readonly Queue<(ModelId Model, string Variant)> _toProbe = new();
    private (ModelId Model, string Variant) _probing;
    private readonly HashSet<ModelId> _made = [];
    private readonly HashSet<ModelId> _toUnload = [];
    /// <summary>Models whose actor stopped too often: nobody is left to tell a new board.</summary>
    private readonly HashSet<ModelId> _givenUp = [];
    private readonly List<PipelineEnded> _ended = [];
    private readonly List<string> _failures = [];
    private readonly List<string> _refusals = [];
    private readonly List<TaskCompletionSource> _waiting = [];
    private ActorTree? _tree;
    private readonly Dictionary<TreePart, Backoff> _backoffs = [];
    private Bytes _base;
    private Bytes _fixed;
    private long _epoch = 1;
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
        Context.System.EventStream.Subscribe(Self, typeof(FootprintObserved));
        var survey = ModelSurvey.Of(_settings, _parts.Runtime, _parts.Footprints, _lanes);
        _models = _surveyed = survey.Models;
        _refusals.AddRange(survey.Errors);
        foreach (var warning in survey.Warnings) _log.Warning("{Warning}", warning);
        if (_refusals.Count > 0)
        {
            Refuse();
            return;
        }
        KnowDevice();
        _tree = new ActorTree(Context, _settings, _parts, _lanes);
        foreach (var pipeline in _settings.Pipelines) _tree.AddPipeline(pipeline, survey.ClassifiersOf(pipeline));
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
        Receive<PoolCharged>(charged =>
        {
            if (charged.Account == DeskAccount) _tree!.AllocateDesk(Desk.CropBytes);
            else _tree!.Tell(new PipelineId(charged.Account), new AllocateBuffers());
        });
        Receive<BuffersAllocated>(_ => AfterAnswer(Charges, Build));
        Receive<DeskReady>(_ => AfterAnswer(Charges, Build));
        Receive<PoolRefused>(refused => { _refusals.Add(refused.Explanation); AfterAnswer(Charges, Build); });
        BeforeStart();
    }

    private void Probing()
    {
        Receive<ModelProbed>(probed => { OnProbed(probed); ProbeNext(); });
        Receive<FootprintObserved>(OnObserved);
        Receive<FixedMeasured>(measured => OnFixedMeasured(measured.Fixed));
        Receive<ProbeFailed>(failed => { _refusals.Add(failed.Reason); ProbeNext(); });
        Receive<GroupActor.ChildStopped>(OnStoppedWhileProbing);
        BeforeStart();
    }

    private void BeforeStart()
    {
        Receive<ShutDown>(shutDown => { Wait(shutDown); _refusals.Add("shut down before the start"); Refuse(); });
        Receive<RecycleRequired>(recycle => { _stuck |= recycle.Stuck; _refusals.Add(recycle.Reason); });
        Receive<GroupActor.ChildStopped>(OnPipelineLostBeforeStart);
        Receive<Terminated>(lost => { _refusals.Add($"{lost.ActorRef.Path.Name} died"); Refuse(); });
        RefuseControls("the run has not begun yet");
    }

    private void Running()
    {
        Receive<PipelineEnded>(OnPipelineEnded);
        Receive<FootprintObserved>(OnObserved);
        Receive<GroupActor.ChildStopped>(OnStoppedWhileRunning);
        Receive<RecycleRequired>(recycle => { _stuck |= recycle.Stuck; Fail($"the process has to be started anew: {recycle.Reason}"); });
        Receive<ShutDown>(shutDown => { Wait(shutDown); Drain(); });
        Receive<Terminated>(lost => OnPartLost(lost.ActorRef));
        Receive<Replace>(replace => OnReplace(replace.Part));
        Receive<Settled>(settled => _backoffs[settled.Part].Succeed());
        Receive<GroupActor.Announced>(OnAnnounced);
        Receive<DeskReady>(_ => { });
        Replacing();
        Receive<NeighboursLeft>(_ => NeighboursAreLeft());
        Receive<LeaveBound>(_ => NeighboursAreLeft());
        Controls();
    }

    private void Unloading()
    {
        Receive<FootprintObserved>(OnObserved);
        Receive<ModelUnloaded>(unloaded => { _toUnload.Remove(unloaded.Model); EndWhenUnloaded(); });
        Receive<BuilderGone>(_ => OnBuilderStopped());
        Receive<UnloadBound>(_ => { _failures.Add($"not unloaded in time: {string.Join(", ", _toUnload)}"); _stuck = true; End(); });
        Receive<ShutDown>(Wait);
        Receive<RecycleRequired>(recycle => _stuck |= recycle.Stuck);
        Receive<GroupActor.Announced>(OnAnnounced);
        // What a model's actor held went with it.
        Receive<GroupActor.ChildStopped>(stopped =>
        {
            if (Sender.Equals(_tree!.Models) && _toUnload.Remove(new ModelId(stopped.Name))) EndWhenUnloaded();
        });
        Receive<NeighboursLeft>(_ => { });
        Receive<LeaveBound>(_ => { });
        Receive<Terminated>(_ => { });
        Receive<Replace>(_ => { });
        Receive<Settled>(_ => { });
        RefuseControls("the run is ending");
    }

    private void Over()
    {
        Receive<ShutDown>(shutDown => shutDown.Done?.TrySetResult());
        Receive<Terminated>(_ => { });
        RefuseControls("the run is over");
    }
}
