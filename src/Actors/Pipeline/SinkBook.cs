using Akka.Actor;

namespace ActorPipeline.Pipeline;

/// <summary>A pipeline's book of its sinks: which wait, which draw, which have room, which are gone.</summary>
internal sealed class SinkBook
{
    private readonly List<Sink> _sinks = [];

    /// <summary>Results that dropping sinks left out.</summary>
    public long Drops { get; private set; }

    public IReadOnlyList<Sink> All => _sinks;

    public IEnumerable<Sink> Alive => _sinks.Where(s => s.Alive);

    public Sink this[int index] => _sinks[index];

    public void Add(SinkSettings settings, IActorRef actor) => _sinks.Add(new Sink(_sinks.Count, settings, actor));

    /// <summary>
    /// Sinks that will take a frame captured now: every waiting one, and dropping ones that draw and have a free slot; the frame's
    /// pixels stay for them.
    /// </summary>
    public IReadOnlyList<Sink> ReserveAtCapture() => [.. Alive.Where(s => s.Waits || s.Draws).Where(TryReserve)];

    /// <summary>Dropping sinks that do not draw and have room for a frame that has its outcome.</summary>
    public IReadOnlyList<Sink> ReserveAtOutcome() => [.. Alive.Where(s => !s.Waits && !s.Draws).Where(TryReserve)];

    private bool TryReserve(Sink sink)
    {
        if (!sink.Waits && sink.SlotsTaken >= sink.Settings.Slots)
        {
            Drops++;
            return false;
        }
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

        public bool Opened { get; set; }

        /// <summary>It can still be written to.</summary>
        public bool Alive { get; set; } = true;

        public bool Closed { get; set; }

        /// <summary>Frames reserved for it that it has not taken yet.</summary>
        public int SlotsTaken { get; set; }
    }
}
