using static ActorPipeline.Hosting.Explaining.DecisionEvent;

namespace ActorPipeline.Hosting.Explaining;

/// <summary>What a run's decisions say of one model. Numbers are of the run itself; the probes at its start are not counted.</summary>
internal sealed class ModelStory
{
    /// <summary>It left because another needed room.</summary>
    public const string Room = "room";

    /// <summary>It left because the budget was lowered.</summary>
    public const string LoweredBudget = "budget";

    // Lines of one decision are written one after the other.
    private const double OneDecisionMs = 1;

    private readonly Dictionary<string, double> _held = [];
    private readonly HashSet<string> _loaded = [];
    private readonly Holdings _holdings = new();
    private double _start;
    private double? _waitsSince;
    private (double Ms, string? For) _seen = (double.NegativeInfinity, null);

    private ModelStory(string model) => Model = model;

    /// <summary>The model.</summary>
    public string Model { get; }

    /// <summary>What it does at the end: "resident", "loading", "leaving", "waiting", "backing off", "failed", "stuck", "not in memory" or "never requested".</summary>
    public string State { get; private set; } = "never requested";

    /// <summary>Why it is so; null where that needs no words.</summary>
    public string? StateReason { get; private set; }

    /// <summary>How long the run was, or as much of it as the log has.</summary>
    public double RunMs { get; private set; }

    /// <summary>Whether the log tells how the run ended.</summary>
    public bool Over { get; private set; }

    /// <summary>How long it held a lease.</summary>
    public double HeldMs { get; private set; }

    /// <summary>Loads and how long each took.</summary>
    public Times Loads { get; } = new();

    /// <summary>How often it was loaded in each of its forms, where the log tells.</summary>
    public SortedDictionary<string, int> Variants { get; } = [];

    /// <summary>How often it left memory after it was loaded.</summary>
    public int Unloads { get; private set; }

    /// <summary>How long it waited for each lease.</summary>
    public Times Waits { get; } = new();

    /// <summary>What its last lease covered while it loaded; null where it never had one.</summary>
    public long? LoadBytes { get; private set; }

    /// <summary>What its last lease covered once it was loaded; null where it never was.</summary>
    public long? ResidentBytes { get; private set; }

    /// <summary>The effective budget, its least and its most.</summary>
    public Spread? Budget { get; private set; }

    /// <summary>What others held when it last had to wait or was denied; null where it never had to.</summary>
    public IReadOnlyList<Holding>? Beside { get; private set; }

    /// <summary>That it had to wait: needed and free.</summary>
    public Tally Waited { get; } = new("waited", null);

    /// <summary>Others that were asked to leave for it.</summary>
    public Tallies Asked { get; } = new();

    /// <summary>Others that could not be asked for it, and why.</summary>
    public Tallies CouldNotAsk { get; } = new();

    /// <summary>Why it left: for whom room was needed, or what else.</summary>
    public Tallies Left { get; } = new();

    /// <summary>Whom it was looked at for and not asked, and why.</summary>
    public Tallies Spared { get; } = new();

    /// <summary>Denials by kind.</summary>
    public Tallies Denied { get; } = new();

    /// <summary>Failures, in words.</summary>
    public Tallies Failures { get; } = new();

    /// <summary>Reads a run's decisions for one model.</summary>
    public static ModelStory Of(string model, DecisionsRead read)
    {
        var story = new ModelStory(model);
        if (read.Lines.Count == 0) return story;
        // A log that lost its beginning, or a run that was refused, has no start: then all counts.
        var first = Math.Max(0, read.Lines.ToList().FindIndex(line => line.Event == Started));
        story._start = read.Lines[first].Ms;
        for (var i = 0; i < read.Lines.Count; i++) story.Take(read.Lines[i], counts: i >= first);
        var end = read.Lines[^1].Ms;
        story.RunMs = Math.Max(0, end - story._start);
        foreach (var since in story._held.Values) story.HeldMs += Math.Max(0, end - Math.Max(since, story._start));
        return story;
    }

    private void Take(DecisionLine line, bool counts)
    {
        if (line.Budget is { } budget && counts) Budget = Spread.With(Budget, budget);
        if (line.Event == DecisionEvent.Over) Over = true;
        if (line.Model == Model) TakeOwn(line, counts);
        else if (counts) TakeOther(line);
        _holdings.Take(line);
    }

    private void TakeOwn(DecisionLine line, bool counts)
    {
        if (StateAfter(line) is { } state) (State, StateReason) = (state, line.Event is BackingOff or DecisionEvent.Failed or Stuck or DecisionEvent.Denied ? line.Reason : null);
        switch (line.Event)
        {
            case Queued:
                _waitsSince = line.Ms;
                if (counts) Waited.Add(line.Decision);
                if (counts) Others(line);
                Beside = _holdings.Beside(Model);
                break;
            case Granted when line.Lease is { } lease:
                _held[lease] = line.Ms;
                (LoadBytes, ResidentBytes) = (line.Bytes, line.Bytes);
                if (counts) Waits.Add(line.Ms - (_waitsSince ?? line.Ms));
                _waitsSince = null;
                break;
            case Resized:
                ResidentBytes = line.Bytes;
                break;
            case Loaded:
                foreach (var lease in _held.Keys) _loaded.Add(lease);
                if (!counts || line.Probe == true) break;
                Loads.Add(line.LoadMs ?? 0);
                if (line.Variant is { } variant) Variants[variant] = Variants.GetValueOrDefault(variant) + 1;
                break;
            case Yielded:
                if (counts) Left.Of(line.Decision is { For: null } ? LoweredBudget : Room, line.Decision?.For).Add(line.Decision, line.Reason, Looked(line, Model));
                if (counts) Others(line);
                break;
            case Leaving:
                if (counts && line.Probe != true) Left.Of(line.Reason ?? "unknown").Add(null);
                break;
            case Ended when line.Lease is { } lease:
                // One that was granted before the log begins was held since then.
                var since = _held.Remove(lease, out var granted) ? granted : _start;
                HeldMs += Math.Max(0, line.Ms - Math.Max(since, _start));
                if (_loaded.Remove(lease) && counts) Unloads++;
                break;
            case DecisionEvent.Denied:
                _waitsSince = null;
                if (counts) Denied.Of(line.Denial ?? "Denied").Add(line.Decision, line.Reason);
                Beside = _holdings.Beside(Model);
                break;
            case Withdrawn:
                _waitsSince = null;
                break;
            case BackingOff or DecisionEvent.Failed:
                if (counts) Failures.Of(line.Event).Add(null, line.Reason);
                break;
        }
    }

    /// <summary>What a line about another model says of this one.</summary>
    private void TakeOther(DecisionLine line)
    {
        if (line.Event == Yielded && line.Decision?.For == Model && line.Model is { } victim) Asked.Of("asked", victim).Add(line.Decision, left: Looked(line, victim));
        Others(line);
    }

    /// <summary>Who was looked at and spared: the others for this model, and this one for others. What several yields were decided by counts once.</summary>
    private void Others(DecisionLine line)
    {
        if (line.Decision is not { } decision || (_seen.For == decision.For && line.Ms - _seen.Ms < OneDecisionMs)) return;
        _seen = (line.Ms, decision.For);
        if (decision.For == Model)
        {
            foreach (var other in decision.Considered.Where(c => c.Spared is not null)) CouldNotAsk.Of(Kind(other.Spared!), other.Model).Add(decision);
        }
        else if (decision.Considered.FirstOrDefault(c => c.Model == Model)?.Spared is { } spared)
        {
            Spared.Of(Kind(spared), decision.For).Add(decision);
        }
    }

    private static ConsideredLine? Looked(DecisionLine line, string model) => line.Decision?.Considered.FirstOrDefault(c => c.Model == model);

    /// <summary>Without the time that is left of a turn, which differs each time.</summary>
    private static string Kind(string spared)
    {
        var digit = spared.AsSpan().IndexOfAnyInRange('0', '9');
        return digit > 0 && spared.EndsWith(" more", StringComparison.Ordinal) ? spared[..digit].TrimEnd() : spared;
    }

    private static string? StateAfter(DecisionLine line) => line.Event switch
    {
        Queued => "waiting",
        Granted => "loading",
        Loaded => "resident",
        Yielded or Leaving => "leaving",
        Ended or Withdrawn => "not in memory",
        DecisionEvent.Denied => "denied",
        BackingOff => "backing off",
        DecisionEvent.Failed => "failed",
        DecisionEvent.Stuck => "stuck",
        _ => null,
    };
}
