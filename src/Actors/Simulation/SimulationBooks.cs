namespace ActorPipeline.Simulation;

/// <summary>Counts what happens in a simulation, and what models truly hold, apart from what the ledger charges.</summary>
internal sealed class SimulationBooks(WorkloadTrace trace)
{
    private readonly List<TimeSpan> _lateness = [];
    private PoolVector _held = PoolVector.Zero;
    private Bytes _overBudget = Bytes.Zero;
    private TimeSpan _busy;
    private TimeSpan _reloadCost;
    private int _loads;
    private int _turns;
    private int _refusals;
    private int _postponed;
    private int _done;

    public void Refuse() => _refusals++;

    public void Postpone() => _postponed++;

    public void Turn() => _turns++;

    public void LoadBegins(SimulatedModel model) => Hold(model.Model.Footprint.Load);

    public void LoadEnds(SimulatedModel model)
    {
        _held -= model.Model.Footprint.Load;
        Hold(model.Model.Footprint.Resident);
        model.Loads++;
        _loads++;
        _reloadCost += model.Model.LoadTime;
    }

    public void Unloaded(SimulatedModel model) => _held -= model.Model.Footprint.Resident;

    /// <summary>A run begins (1) or ends (-1).</summary>
    public void Run(SimulatedModel model, int change)
    {
        if (change > 0)
        {
            Hold(model.Model.Footprint.Run);
            _busy += model.Model.RunTime;
        }
        else _held -= model.Model.Footprint.Run;
    }

    public void Done(TraceRequest request, TimeSpan now)
    {
        _done++;
        if (request.Deadline is { } deadline) _lateness.Add(now > deadline ? now - deadline : TimeSpan.Zero);
    }

    public SimulationResult Close(TimeSpan now, SimulatedModel[] models)
    {
        _lateness.Sort();
        return new SimulationResult
        {
            Models = trace.Requests.Select(r => r.Model).Distinct().Count(),
            Requests = trace.Requests.Count,
            Done = _done,
            Loads = _loads,
            ReloadCost = _reloadCost,
            Turns = _turns,
            Refusals = _refusals,
            Postponed = _postponed,
            LatenessP50 = Late(0.50),
            LatenessP99 = Late(0.99),
            LatenessMax = _lateness.Count == 0 ? TimeSpan.Zero : _lateness[^1],
            Late = _lateness.Count(l => l > TimeSpan.Zero),
            OverBudget = _overBudget,
            Makespan = now,
            Utilisation = now == TimeSpan.Zero ? 0 : _busy / (now * trace.Lanes),
            LoadsByModel = models.Where(m => m.Loads > 0).ToDictionary(m => m.Model.Id, m => m.Loads),
        };
    }

    private TimeSpan Late(double share) => _lateness.Count == 0 ? TimeSpan.Zero : _lateness[Math.Min((int)(share * _lateness.Count), _lateness.Count - 1)];

    private void Hold(PoolVector bytes)
    {
        _held += bytes;
        if (_held.FitsIn(trace.Budget)) return;
        _overBudget = Bytes.Max(_overBudget, PoolVector.Max(PoolVector.Zero, _held - trace.Budget).Total);
    }
}
