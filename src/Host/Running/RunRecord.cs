using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Running;

/// <summary>One moment of the timeline: who held which bytes.</summary>
/// <param name="At">On the actors' clock.</param>
/// <param name="Charges">Who held what; by account.</param>
internal readonly record struct LedgerPoint(TimeSpan At, IReadOnlyList<Charge> Charges);

/// <summary>One memory sample of the timeline.</summary>
/// <param name="At">On the actors' clock.</param>
/// <param name="Measured">Model memory and our own buffers, as measured.</param>
internal readonly record struct SamplePoint(TimeSpan At, Bytes Measured);

/// <summary>A frame as a trace tells it.</summary>
/// <param name="At">When it was captured, on the actors' clock.</param>
/// <param name="Pipeline">Whose.</param>
/// <param name="Classified">Whether it had something to classify.</param>
internal readonly record struct FramePoint(TimeSpan At, PipelineId Pipeline, bool Classified);

/// <summary>Frames in flight at one moment.</summary>
/// <param name="At">On the actors' clock.</param>
/// <param name="InFlight">How many.</param>
internal readonly record struct FlightPoint(TimeSpan At, int InFlight);

/// <summary>Everything a run's summary, display and picture are made from. Written by the observer, read by others: each under <see cref="Gate"/>.</summary>
internal sealed class RunRecord
{
    // What a run leaves behind must not grow with it: a picture shows no more points, and a trace is of the first minutes.
    private const int MostPoints = 4_000;
    private const int MostFrames = 20_000;

    private readonly Dictionary<PipelineId, int> _inFlight = [];
    private readonly Dictionary<PipelineId, int> _windows = [];
    private readonly ChargeView _charges = new();

    public Lock Gate { get; } = new();

    public TimeSpan? Started { get; private set; }

    public TimeSpan? Ended { get; private set; }

    public Bytes Budget { get; private set; }

    /// <summary>The lowest that the machine ever left of it; null where it always left all.</summary>
    public Bytes? BudgetLowest { get; private set; }

    /// <summary>How often what the machine leaves changed.</summary>
    public long BudgetChanges { get; private set; }

    public Bytes Charged { get; private set; }

    public Bytes LedgerPeak { get; private set; }

    public Bytes AnonymousPeak { get; private set; }

    public Bytes Measured { get; private set; }

    /// <summary>What the process grew by that does not come back.</summary>
    public Bytes Fixed { get; private set; }

    public Bytes PoolPeak { get; private set; }

    public Bytes ProcessPeak { get; private set; }

    /// <summary>The most that the process took beside models and buffers, pages of files included.</summary>
    public Bytes BasePeak { get; private set; }

    public Bytes Debt { get; private set; }

    public long Samples { get; private set; }

    public long OverBudgetSamples { get; private set; }

    /// <summary>Samples above a budget that was lowered a moment before.</summary>
    public long GraceSamples { get; private set; }

    public long Granted { get; private set; }

    public long Denied { get; private set; }

    public long Yielded { get; private set; }

    /// <summary>Of these for no other model, but because more was charged than may be.</summary>
    public long YieldedForBudget { get; private set; }

    public long Captured { get; private set; }

    public long Concluded { get; private set; }

    public long Crops { get; private set; }

    /// <summary>Objects whose labels were made of other frames.</summary>
    public long Reused { get; private set; }

    public int Probes { get; private set; }

    public EngineRecord Engines { get; } = new();

    public ClusterRecord Cluster { get; } = new();

    /// <summary>Frames that may be in flight now, of all pipelines.</summary>
    public int Window => _windows.Values.Sum();

    /// <summary>Frames in flight now, of all pipelines.</summary>
    public int InFlight { get; private set; }

    /// <summary>Frames that the sources said they have; null where one cannot know.</summary>
    public long? Expected { get; private set; } = 0;

    public List<LedgerPoint> LedgerPoints { get; } = [];

    public List<SamplePoint> SamplePoints { get; } = [];

    public List<FlightPoint> FlightPoints { get; } = [];

    /// <summary>The first frames of the run, in the order of their outcomes.</summary>
    public List<FramePoint> Frames { get; } = [];

    public LatencyRecord Latencies { get; } = new();

    public SortedDictionary<string, ModelRecord> Models { get; } = [];

    public IReadOnlyList<PipelineProtocol.PipelineEnded> Pipelines { get; private set; } = [];

    public IReadOnlyList<string> Failures { get; private set; } = [];

    public IReadOnlyList<Charge> Charges { get; private set; } = [];

    public void Apply(RunStarted started)
    {
        Started = started.At;
        Probes = started.Loads;
        foreach (var (id, report) in started.Probes) Model(id).Learn(report);
        // What the probes took is not part of the run.
        (LedgerPeak, AnonymousPeak, Debt, Granted, Denied, Yielded, YieldedForBudget, OverBudgetSamples, GraceSamples, Samples) = (Charged, Bytes.Zero, Bytes.Zero, 0, 0, 0, 0, 0, 0, 0);
    }

    /// <summary>A source was opened and says how many frames it has.</summary>
    public void Expect(long? frames) => Expected += frames;

    public void Apply(RunEnded ended)
    {
        (Ended, Pipelines, Failures) = (ended.At, ended.Pipelines, ended.Failures);
        foreach (var pipeline in _inFlight.Keys.ToArray()) Fly(ended.At, pipeline, 0);
    }

    public void Apply(LedgerBegun begun) => _charges.Clear();

    public void Apply(LedgerChanged changed)
    {
        var change = changed.Change;
        _charges.Apply(change);
        (Budget, Charged, Charges) = (changed.Budget, changed.Charged, [.. _charges.Charges]);
        LedgerPeak = Bytes.Max(LedgerPeak, changed.Charged);
        if (change.Kind == ChargeKind.Pool) PoolPeak = Bytes.Max(PoolPeak, new Bytes(Charges.Where(c => c.Kind == ChargeKind.Pool).Sum(c => c.Bytes.Total.Count)));
        if (change is { Kind: ChargeKind.Resident, Lease: not null } && change.Bytes.Total > Bytes.Zero) Model(new ModelId(change.Account)).Resident = change.Bytes.Total;
        if (change.Kind == ChargeKind.Fixed) Fixed = new Bytes(Charges.Where(c => c.Kind == ChargeKind.Fixed).Sum(c => c.Bytes.Total.Count));
        Add(LedgerPoints, new LedgerPoint(changed.At, Charges));
        // The last frames leave when their sinks are done with them, which nothing announces but that the pipeline's buffers are gone.
        if (change.Kind == ChargeKind.Pool && change.Bytes.Total == Bytes.Zero) Fly(changed.At, new PipelineId(change.Account), 0);
    }

    public void Apply(MemorySampled sampled)
    {
        Measured = sampled.Anonymous + sampled.Pools;
        AnonymousPeak = Bytes.Max(AnonymousPeak, sampled.Anonymous);
        ProcessPeak = Bytes.Max(ProcessPeak, sampled.ProcessPeak);
        BasePeak = Bytes.Max(BasePeak, sampled.Resident - sampled.Anonymous - sampled.Pools);
        Samples++;
        if (sampled.OverBudget) OverBudgetSamples++;
        if (sampled.GraceOver) GraceSamples++;
        Add(SamplePoints, new SamplePoint(sampled.At, Measured));
    }

    public void Apply(LeaseChanged changed)
    {
        switch (changed.Change)
        {
            case LeaseChange.Granted: Granted++; break;
            case LeaseChange.Denied: Denied++; break;
            case LeaseChange.Yielded:
                Yielded++;
                if (changed.Decision is { For: null }) YieldedForBudget++;
                break;
        }
    }

    public void Apply(BudgetChanged changed)
    {
        BudgetChanges++;
        BudgetLowest = BudgetLowest is { } lowest ? Bytes.Min(lowest, changed.Budget) : changed.Budget;
    }

    public void Apply(LeakDebtSeen seen) => Debt = seen.Debt;

    public void Apply(ModelStateChanged changed)
    {
        Model(changed.Model).Apply(changed);
        Engines.Apply(changed);
    }

    public void Apply(FrameEntered entered)
    {
        Captured++;
        Fly(entered.At, entered.Pipeline, entered.InFlight);
    }

    public void Apply(FrameConcluded concluded)
    {
        Concluded++;
        Crops += concluded.Crops;
        Reused += concluded.Reused;
        _windows[concluded.Pipeline] = concluded.Window;
        Fly(concluded.At, concluded.Pipeline, concluded.InFlight - 1);
        if (Frames.Count < MostFrames) Frames.Add(new FramePoint(concluded.At - concluded.Latency, concluded.Pipeline, concluded.Crops > 0));
        if (concluded.Outcome is FrameOutcome.Classified or FrameOutcome.Empty) Latencies.Add(concluded.Latency);
    }

    /// <summary>Each pipeline says its own number; the record's is that of all.</summary>
    private void Fly(TimeSpan at, PipelineId pipeline, int inFlight)
    {
        _inFlight[pipeline] = inFlight;
        InFlight = _inFlight.Values.Sum();
        Add(FlightPoints, new FlightPoint(at, InFlight));
    }

    private ModelRecord Model(ModelId id)
    {
        if (!Models.TryGetValue(id.Value, out var model)) Models.Add(id.Value, model = new ModelRecord());
        return model;
    }

    /// <summary>Keeps a series bounded: when it is full every second point goes.</summary>
    private static void Add<T>(List<T> points, T point)
    {
        if (points.Count >= MostPoints)
        {
            for (var i = 0; i < points.Count / 2; i++) points[i] = points[i * 2];
            points.RemoveRange(points.Count / 2, points.Count - (points.Count / 2));
        }
        points.Add(point);
    }
}
