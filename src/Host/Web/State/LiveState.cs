using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Replacing;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Hosting.Web;

/// <summary>What the page and its interface tell: how it stands now, and the last minutes. Written by the observer, read by requests: each under <see cref="Gate"/>.</summary>
/// <param name="settings">What runs.</param>
internal sealed class LiveState(ActorPipelineSettings settings)
{
    private const int MostMarks = 1000;

    private readonly Queue<Mark> _marks = new();
    private readonly Dictionary<LeaseChange, long> _leases = [];
    private long _mark;

    public Lock Gate { get; } = new();

    /// <summary>What was asked to run.</summary>
    public ActorPipelineSettings Settings => settings;

    /// <summary>When pipelines began; null before.</summary>
    public TimeSpan? Started { get; private set; }

    /// <summary>Whether the run is over.</summary>
    public bool Ended { get; private set; }

    /// <summary>When memory was last read; null before.</summary>
    public TimeSpan? Sampled { get; private set; }

    /// <summary>Why the process has to be started anew; null where it has not.</summary>
    public string? Recycle { get; private set; }

    /// <summary>Memory that did not come back.</summary>
    public Bytes Debt { get; private set; }

    /// <summary>What is configured; it may be changed while it runs.</summary>
    public Bytes Configured { get; private set; } = settings.Memory.Budget;

    /// <summary>What decided what the machine leaves of it; empty where it leaves all.</summary>
    public string BudgetWhy { get; private set; } = "";

    public MemoryHistory Memory { get; } = new();

    public ClusterRecord Cluster { get; } = new();

    /// <summary>Neighbours by what was heard of them last.</summary>
    public SortedDictionary<string, string> Neighbours { get; } = [];

    public IReadOnlyDictionary<PipelineId, PipelineState> Pipelines { get; } = settings.Pipelines.ToDictionary(p => p.Id, _ => new PipelineState());

    public SortedDictionary<string, ModelRecord> Models { get; } = new(settings.Models.Keys.ToDictionary(id => id.Value, _ => new ModelRecord()));

    /// <summary>Why each model is in the state it is, where that was said.</summary>
    public Dictionary<string, string> Reasons { get; } = [];

    /// <summary>Models whose file was replaced, or is to be.</summary>
    private readonly Dictionary<ModelId, ModelCard> _cards = [];
    /// <summary>Names under which files were tried.</summary>
    private readonly HashSet<string> _tried = [];

    /// <summary>Pinned models, by name.</summary>
    public HashSet<string> Pinned { get; } = [.. settings.Models.Values.Where(m => m.Pin).Select(m => m.Id.Value)];

    /// <summary>The settings as they are by now.</summary>
    public ActorPipelineSettings Current()
    {
        lock (Gate)
        {
            return settings with
            {
                Memory = settings.Memory with { Budget = Configured },
                Models = settings.Models.ToDictionary(m => m.Key, m => _cards.GetValueOrDefault(m.Key, m.Value) with { Pin = Pinned.Contains(m.Key.Value) }),
            };
        }
    }

    /// <summary>How often a lease changed in this way.</summary>
    public long Count(LeaseChange change) => _leases.GetValueOrDefault(change);

    /// <summary>The number of the last mark.</summary>
    public long LastMark => _mark;

    /// <summary>The marks after one of that number.</summary>
    public IReadOnlyList<Mark> MarksAfter(long number) => [.. _marks.SkipWhile(m => m.Number <= number)];

    /// <summary>Takes in what happened; what it does not know is nothing to it.</summary>
    public void Apply(ITelemetryEvent happened)
    {
        switch (happened)
        {
            case FrameEntered entered: Of(entered.Pipeline)?.Apply(entered); break;
            case FrameConcluded concluded: Of(concluded.Pipeline)?.Apply(concluded); break;
            case FrameDropped dropped: Of(dropped.Pipeline)?.Apply(dropped); break;
            case SourceInterrupted interrupted: Of(interrupted.Pipeline)?.Apply(interrupted); break;
            case SourceResumed resumed: Of(resumed.Pipeline)?.Apply(resumed); break;
            case PipelinePaused paused: if (Of(paused.Pipeline) is { } told) told.Paused = paused.Paused; break;
            case ModelPinned pinned: Apply(pinned); break;
            case ReplacementBegan began: Apply(began); break;
            case ReplacementEnded ended: Apply(ended); break;
            case BudgetSet set: Apply(set); break;
            case LedgerBegun: Memory.Begin(); break;
            case LedgerChanged changed: Memory.Apply(changed); break;
            case MemorySampled sampled: Memory.Apply(sampled); Sampled = sampled.At; break;
            case BudgetChanged changed: Apply(changed); break;
            case LeakDebtSeen seen: Debt = seen.Debt; break;
            case LeaseChanged changed: Apply(changed); break;
            case ModelStateChanged changed: Apply(changed); break;
            case RecycleRequired recycle: Recycle = recycle.Reason; break;
            case RunStarted started: Started = started.At; break;
            case RunEnded or RunRefused: Ended = true; break;
            case NeighbourChanged changed: Apply(changed); break;
            case CropsHandedOff handed: Cluster.Apply(handed); break;
            case CropsServed served: Cluster.Apply(served); break;
        }
    }

    private void Apply(BudgetChanged changed)
    {
        Memory.Apply(changed);
        BudgetWhy = changed.Why;
        Add(changed.At, "budget", "", $"budget {changed.Budget}: {changed.Why}");
    }

    private void Apply(ModelPinned pinned)
    {
        if (pinned.Pinned) Pinned.Add(pinned.Model.Value);
        else Pinned.Remove(pinned.Model.Value);
    }

    /// <summary>Its file as it is wanted by now: one that is read again changes nothing while it is tried.</summary>
    private void Apply(ReplacementBegan began)
    {
        _cards[began.Card.Id] = began.Card;
        Add(began.At, "replacement", began.Candidate.Value, $"{Path.GetFileName(began.Card.Path)} is tried for {began.Card.Id}, as {began.Candidate}");
    }

    private void Apply(ReplacementEnded ended)
    {
        var (id, file) = (ended.Card.Id, Path.GetFileName(ended.Card.Path));
        _cards[id] = ended.Card;
        Models.Remove(ended.Candidate.Value);
        Reasons.Remove(ended.Candidate.Value);
        _tried.Add(ended.Candidate.Value);
        Add(ended.At, "replacement", id.Value, $"{id} {(ended.Replaced ? $"is {file} from now on" : $"stays with {file}")}: {ended.Text}");
    }

    private void Apply(BudgetSet set)
    {
        Configured = set.Configured;
        Add(set.At, "budget", "", $"the budget was set to {set.Configured}");
    }

    private void Apply(NeighbourChanged changed)
    {
        if (changed.Change == "gone") Neighbours.Remove(changed.Node);
        else Neighbours[changed.Node] = changed.Change;
        Cluster.Apply(changed);
    }

    private void Apply(LeaseChanged changed)
    {
        _leases[changed.Change] = Count(changed.Change) + 1;
        if (changed.Change == LeaseChange.Yielded) Add(changed.At, "yield", changed.Model.Value, $"{changed.Model} yields {changed.Bytes}: {changed.Reason}");
        if (changed.Change == LeaseChange.Denied) Add(changed.At, "refusal", changed.Model.Value, $"{changed.Model} is refused {changed.Bytes}: {changed.Reason}");
    }

    private void Apply(ModelStateChanged changed)
    {
        var name = changed.Model.Value;
        // It is being unloaded for good.
        if (_tried.Contains(name)) return;
        if (!Models.TryGetValue(name, out var model)) Models.Add(name, model = new ModelRecord());
        model.Apply(changed);
        Reasons[name] = changed.Reason;
        if (changed is { State: ModelState.Ready, Load: { } load, Probe: false })
            Add(changed.At, "load", name, $"{name} loaded in {load.LoadTime.TotalMilliseconds:0} ms");
    }

    private PipelineState? Of(PipelineId id) => Pipelines.GetValueOrDefault(id);

    private void Add(TimeSpan at, string kind, string who, string text)
    {
        if (_marks.Count >= MostMarks) _marks.Dequeue();
        _marks.Enqueue(new Mark(++_mark, at, kind, who, text));
    }
}
