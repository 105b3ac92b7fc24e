using ActorPipeline.Inference;
using Akka.Actor;

namespace ActorPipeline.Serving;

/// <summary>The board's book of lanes: who idles, who runs what, who is lost.</summary>
internal sealed class LanePool
{
    private readonly Dictionary<int, Lane> _lanes = [];
    private int _next;

    /// <summary>All lanes, lost ones too.</summary>
    public IEnumerable<Lane> All => _lanes.Values;

    /// <summary>A lane that idles, or null.</summary>
    public Lane? Idle => _lanes.Values.FirstOrDefault(l => l is { IsIdle: true, Lost: false });

    /// <summary>The lane with this number, or null.</summary>
    public Lane? this[int number] => _lanes.GetValueOrDefault(number);

    /// <summary>The lane of this actor, or null.</summary>
    public Lane? Of(IActorRef actor) => _lanes.Values.FirstOrDefault(l => l.Actor.Equals(actor));

    /// <summary>Enters a new lane; numbers are never used twice.</summary>
    public Lane Add(Func<int, IActorRef> create)
    {
        var number = _next++;
        var lane = new Lane(number, create(number));
        _lanes.Add(number, lane);
        return lane;
    }

    public void Remove(Lane lane) => _lanes.Remove(lane.Number);

    /// <summary>One lane.</summary>
    internal sealed class Lane(int number, IActorRef actor)
    {
        public int Number { get; } = number;

        public IActorRef Actor { get; } = actor;

        /// <summary>What it runs; null while it idles.</summary>
        public WorkPiece? Piece { get; set; }

        /// <summary>What it runs it on; kept here because the model may be gone, or loaded anew, before the run is over.</summary>
        public ILoadedModel? Session { get; set; }

        /// <summary>Which variant of the model that is; null where there is one only.</summary>
        public string? Variant { get; set; }

        public bool IsIdle { get; set; }

        /// <summary>It has been silent past every bound; what it runs was given up.</summary>
        public bool Lost { get; set; }
    }
}
