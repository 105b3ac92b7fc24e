using Akka.Actor;

namespace ActorPipeline.Pipeline;

/// <summary>A pipeline's book of its sinks: which wait, which draw, which have room, which are gone.</summary>
internal sealed class SinkBook
{
    private readonly List<Sink> _sinks = [];

    private long _drops;

    /// <summary>Results that dropping sinks left out, and that sinks dropped whose other side was away.</summary>
    public long Drops => _drops + _sinks.Sum(s => s.Dropped);

    /// <summary>Is told of each that a dropping sink left out.</summary>
    public Action<Sink>? Dropped { get; init; }

    public IReadOnlyList<Sink> All => _sinks;

    public IEnumerable<Sink> Alive => _sinks.Where(s => s.Alive);

    public Sink this[int index] => _sinks[index];

    public void Add(SinkSettings settings, IActorRef actor) => _sinks.Add(new Sink(_sinks.Count, settings, actor));

    /// <summary>
    /// Sinks that will take a frame captured now: every waiting one, and dropping ones that draw and have a free slot; the frame's
    /// pixels stay for them.
    /// </summary>
    public SinkSet ReserveAtCapture()
    {
        var reserved = SinkSet.None;
        foreach (var sink in _sinks)
            if (sink.Alive && (sink.Waits || sink.Draws) && TryReserve(sink)) reserved = reserved.With(sink.Index);
        return reserved;
    }

    /// <summary>Dropping sinks that do not draw and have room for a frame that has its outcome.</summary>
    public SinkSet ReserveAtOutcome()
    {
        var reserved = SinkSet.None;
        foreach (var sink in _sinks)
            if (sink.Alive && !sink.Waits && !sink.Draws && TryReserve(sink)) reserved = reserved.With(sink.Index);
        return reserved;
    }

    /// <summary>Those of some sinks that draw.</summary>
    public SinkSet Drawing(SinkSet sinks)
    {
        var drawing = SinkSet.None;
        foreach (var sink in _sinks)
            if (sink.Draws && sinks.Contains(sink.Index)) drawing = drawing.With(sink.Index);
        return drawing;
    }

    /// <summary>How many of some sinks must take a frame before its credit comes back.</summary>
    public int Waiting(SinkSet sinks)
    {
        var waiting = 0;
        foreach (var sink in _sinks) waiting += sink.Waits && sinks.Contains(sink.Index) ? 1 : 0;
        return waiting;
    }

    private bool TryReserve(Sink sink)
    {
        if (!sink.Waits && sink.SlotsTaken >= sink.Settings.Slots)
        {
            if (sink.Wants is not null) return false;
            _drops++;
            Dropped?.Invoke(sink);
            return false;
        }
        if (!sink.Waits && sink.Wants?.Invoke() == false) return false;
        sink.SlotsTaken++;
        return true;
    }

    /// <summary>One sink.</summary>
    internal sealed class Sink(int index, SinkSettings settings, IActorRef actor)
    {
        public int Index { get; } = index;

        public SinkSettings Settings { get; } = settings;

        public IActorRef Actor { get; } = actor;

        public bool Waits => Settings.Overflow == SinkOverflow.Wait;

        public bool Draws { get; set; }

        /// <summary>Whether it takes a frame now; null for one that takes all it has room for.</summary>
        public Func<bool>? Wants { get; set; }

        public bool Opened { get; set; }

        /// <summary>It can still be written to.</summary>
        public bool Alive { get; set; } = true;

        public bool Closed { get; set; }

        /// <summary>Frames reserved for it that it has not taken yet.</summary>
        public int SlotsTaken { get; set; }

        /// <summary>Results that it left out by itself.</summary>
        public long Dropped { get; set; }
    }
}
