using ActorPipeline.Cluster;

namespace ActorPipeline.Simulation;

/// <summary>
/// A node's lanes and memory: idle lanes take the oldest work whose model is in memory, this node's own first; one load at a time;
/// a model whose work waits takes the place of the one used longest ago that has none, or that has had its turn.
/// </summary>
internal sealed class SimulatedBoard(ClusterWorld world, SimulatedNode node, NodeMake make)
{
    private enum Phase
    {
        Unloaded,
        Loading,
        Ready,
        Draining,
    }

    private sealed record Work(Model Model, int Runs, TimeSpan At, long Number, Action Done);

    private sealed class Model(NodeModel made)
    {
        public NodeModel Made { get; } = made;

        public Phase Phase { get; set; }

        public Queue<Work> Own { get; } = new();

        public Queue<Work> Others { get; } = new();

        public int Running { get; set; }

        public TimeSpan Since { get; set; }

        public TimeSpan? WantedSince { get; set; }

        public Work? Head => Own.TryPeek(out var own) ? own : Others.TryPeek(out var other) ? other : null;
    }

    // A turn is so many times as long as the load that it costs.
    private const int TurnLoads = 4;

    private readonly Model[] _models = [.. make.Models.Select(m => new Model(m))];
    private int _idle = make.Lanes;
    private int _running;
    private bool _loading;
    private Bytes _used = Bytes.Zero;
    private long _number;
    private TimeSpan _backlog;

    /// <summary>How long a piece that came now would wait for a lane.</summary>
    public TimeSpan Queue => _idle > 0 ? TimeSpan.Zero : _backlog / make.Lanes;

    public bool IsReady(int model) => _models[model].Phase == Phase.Ready;

    public bool IsAble(int model) => _models[model].Made.Size <= make.Budget;

    public Bytes Free => make.Budget - _used;

    public double Load => (double)_running / make.Lanes;

    /// <summary>Runs something so many times, over as many lanes as there are.</summary>
    public void Submit(int model, int runs, bool own, Action done)
    {
        var target = _models[model];
        var parts = Math.Min(runs, make.Lanes);
        var left = parts;
        target.WantedSince ??= target.Phase is Phase.Unloaded or Phase.Draining ? world.Now : null;
        for (var part = 0; part < parts; part++)
        {
            var work = new Work(target, (runs / parts) + (part < runs % parts ? 1 : 0), world.Now, _number++, () =>
            {
                if (--left == 0) done();
            });
            (own ? target.Own : target.Others).Enqueue(work);
            _backlog += target.Made.Run * work.Runs;
        }
        Dispatch();
    }

    private void Dispatch()
    {
        while (_idle > 0 && Next() is { } work)
        {
            var model = work.Model;
            if (!model.Own.TryDequeue(out _)) model.Others.Dequeue();
            _idle--;
            _running++;
            model.Running++;
            var took = model.Made.Run * work.Runs;
            world.At(world.Now + took, node, () => Ran(work, took));
        }
        Arrange();
    }

    private void Ran(Work work, TimeSpan took)
    {
        _idle++;
        _running--;
        work.Model.Running--;
        _backlog -= took;
        node.Times.Ran(work.Model.Made.Shared, work.Runs, took);
        work.Done();
        if (work.Model is { Phase: Phase.Draining, Running: 0 }) Unload(work.Model);
        Dispatch();
    }

    private Work? Next()
    {
        Work? next = null;
        foreach (var model in _models)
        {
            if (model.Phase != Phase.Ready || model.Head is not { } head) continue;
            // This node's own goes before others'.
            var isOwn = model.Own.Count > 0;
            if (next is null || (isOwn, -head.Number).CompareTo((next.Model.Own.Count > 0, -next.Number)) > 0) next = head;
        }
        return next;
    }

    /// <summary>Loads what is wanted, or makes room for it.</summary>
    private void Arrange()
    {
        if (_loading || Wanted() is not { } wanted) return;
        if (_used + wanted.Made.Size <= make.Budget)
        {
            (_loading, wanted.Phase, _used) = (true, Phase.Loading, _used + wanted.Made.Size);
            world.At(world.Now + wanted.Made.Load, node, () => Loaded(wanted));
            return;
        }
        var ready = _models.Where(m => m.Phase == Phase.Ready).ToArray();
        if (ready.Where(m => m.Head is null || TurnEnds(m) <= world.Now).MinBy(m => m.Since) is { } victim)
        {
            victim.Phase = Phase.Draining;
            node.Changed();
            if (victim.Running == 0) Unload(victim);
        }
        else if (ready.Length > 0) world.At(ready.Min(TurnEnds), node, Arrange);
    }

    /// <summary>The model whose work waits longest for a load; null for none, or while one is about to make room.</summary>
    private Model? Wanted()
    {
        Model? wanted = null;
        foreach (var model in _models)
        {
            if (model.Phase == Phase.Draining) return null;
            if (model.Phase != Phase.Unloaded || model.Head is not { } head || model.Made.Size > make.Budget) continue;
            if (wanted is null || head.Number < wanted.Head!.Number) wanted = model;
        }
        return wanted;
    }

    private static TimeSpan TurnEnds(Model model) => model.Since + (model.Made.Load * TurnLoads);

    private void Loaded(Model model)
    {
        (_loading, model.Phase, model.Since) = (false, Phase.Ready, world.Now);
        if (model.WantedSince is { } since) node.Times.Loaded(model.Made.Shared, world.Now - since);
        model.WantedSince = null;
        world.Books.Loads++;
        node.Changed();
        Dispatch();
    }

    private void Unload(Model model)
    {
        (model.Phase, _used) = (Phase.Unloaded, _used - model.Made.Size);
        if (model.Head is not null) model.WantedSince ??= world.Now;
        Arrange();
    }
}
