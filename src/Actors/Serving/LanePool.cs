using ActorPipeline.Catalog;
using Akka.Actor;

namespace ActorPipeline.Serving;

/// <summary>The board's book of lanes: who idles, who runs what since when, who is lost.</summary>
internal sealed class LanePool
{
    private readonly List<Lane> _lanes = [];
    private int _next;
    private TimeSpan _idleOfGone;

    /// <summary>All lanes, lost ones too.</summary>
    public IReadOnlyList<Lane> All => _lanes;

    /// <summary>Lanes that idle.</summary>
    public int IdleCount
    {
        get
        {
            var count = 0;
            foreach (var lane in _lanes) count += lane.IsIdle ? 1 : 0;
            return count;
        }
    }

    /// <summary>Time that lanes idled until now, all together; those that are gone included.</summary>
    public TimeSpan IdleTime(TimeSpan now)
    {
        var idle = _idleOfGone;
        foreach (var lane in _lanes) idle += lane.IdleTime(now);
        return idle;
    }

    /// <summary>Runs for neighbours alone that go on for a model, lost lanes' not counted.</summary>
    public int Guests(ModelId model)
    {
        var count = 0;
        foreach (var lane in _lanes) count += lane is { IsIdle: false, Lost: false, Slice.Guest: true } && lane.Slice.Pieces[0].Piece.Model == model ? 1 : 0;
        return count;
    }

    /// <summary>Lane time that the runs which go on are still expected to take.</summary>
    public TimeSpan Remaining(TimeSpan now)
    {
        var sum = TimeSpan.Zero;
        foreach (var lane in _lanes)
            if (!lane.IsIdle && lane.Slice.Expected - (now - lane.Since) is var left && left > TimeSpan.Zero) sum += left;
        return sum;
    }

    /// <summary>A lane that idles, or null.</summary>
    public Lane? Idle => _lanes.Find(static l => l.IsIdle);

    /// <summary>The lane with this number, or null.</summary>
    public Lane? this[int number]
    {
        get
        {
            foreach (var lane in _lanes)
                if (lane.Number == number) return lane;
            return null;
        }
    }

    /// <summary>The lane of this actor, or null.</summary>
    public Lane? Of(IActorRef actor) => _lanes.Find(l => l.Actor.Equals(actor));

    /// <summary>When the first of the runs that go on has to be looked at; null where none has.</summary>
    public TimeSpan? FirstDue
    {
        get
        {
            TimeSpan? first = null;
            foreach (var lane in _lanes)
                if (lane.Due is { } due && !(first <= due)) first = due;
            return first;
        }
    }

    /// <summary>Enters a new lane; numbers are never used twice.</summary>
    public Lane Add(Func<LaneSlice, IActorRef> create)
    {
        var slice = new LaneSlice(_next++);
        var lane = new Lane(slice, create(slice));
        _lanes.Add(lane);
        return lane;
    }

    /// <summary>A lane is gone.</summary>
    public void Remove(Lane lane, TimeSpan now)
    {
        _lanes.Remove(lane);
        _idleOfGone += lane.IdleTime(now);
    }

    /// <summary>One lane.</summary>
    internal sealed class Lane(LaneSlice slice, IActorRef actor)
    {
        private readonly ServingProtocol.Run _run = new(slice);
        private TimeSpan _idled;

        public int Number => Slice.Lane;

        public IActorRef Actor { get; } = actor;

        /// <summary>What it runs; empty while it idles.</summary>
        public LaneSlice Slice { get; } = slice;

        public bool IsIdle { get; private set; }

        /// <summary>When its run began, or its idling.</summary>
        public TimeSpan Since { get; private set; }

        /// <summary>When its run is to be terminated or, once that was asked, when it counts as lost; null while it runs nothing, or is lost.</summary>
        public TimeSpan? Due { get; set; }

        /// <summary>Its run was asked to end.</summary>
        public bool Terminated { get; set; }

        /// <summary>It has been silent past every bound; what it runs was given up.</summary>
        public bool Lost { get; set; }

        /// <summary>Time it has idled until now.</summary>
        public TimeSpan IdleTime(TimeSpan now) => IsIdle ? _idled + (now - Since) : _idled;

        /// <summary>It has nothing to do from now on.</summary>
        public void Rest(TimeSpan now) => (IsIdle, Since, Due) = (true, now, null);

        /// <summary>Sends it off with what is in its slice.</summary>
        public void Start(TimeSpan now, TimeSpan due)
        {
            _idled = IdleTime(now);
            (IsIdle, Since, Due, Terminated) = (false, now, due, false);
            Actor.Tell(_run);
        }
    }
}
