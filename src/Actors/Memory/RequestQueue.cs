using ActorPipeline.Catalog;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A request that waits.</summary>
/// <param name="request">The request.</param>
/// <param name="needs">What each of its variants needs while it loads, in their order.</param>
/// <param name="since">When it came.</param>
/// <param name="due">When it is due, or counts as due.</param>
/// <param name="number">Counts arrivals.</param>
internal sealed class PendingRequest(RequestLease request, PoolVector[] needs, TimeSpan since, TimeSpan due, long number)
{
    /// <summary>The request.</summary>
    public RequestLease Request { get; } = request;

    /// <summary>What each variant needs.</summary>
    public PoolVector[] Needs { get; } = needs;

    /// <summary>When it came.</summary>
    public TimeSpan Since { get; } = since;

    /// <summary>When it is due, or counts as due.</summary>
    public TimeSpan Due { get; } = due;

    /// <summary>Counts arrivals.</summary>
    public long Number { get; } = number;

    /// <summary>Whether only neighbours want it: it goes behind all that this node wants for itself.</summary>
    public bool Guest { get; init; }

    /// <summary>When the first model was asked to yield for it; null before.</summary>
    public TimeSpan? SwapStart { get; set; }
}

/// <summary>Requests that wait: this node's own before neighbours', higher priority first, then by due time, then by arrival. Pure.</summary>
internal sealed class RequestQueue
{
    private sealed class Order : IComparer<PendingRequest>
    {
        public int Compare(PendingRequest? a, PendingRequest? b)
        {
            var byGuest = a!.Guest.CompareTo(b!.Guest);
            if (byGuest != 0) return byGuest;
            var byPriority = b.Request.Priority.CompareTo(a.Request.Priority);
            if (byPriority != 0) return byPriority;
            var byDue = a.Due.CompareTo(b.Due);
            return byDue != 0 ? byDue : a.Number.CompareTo(b.Number);
        }
    }

    private readonly SortedSet<PendingRequest> _order = new(new Order());
    private readonly Dictionary<RequestId, PendingRequest> _byId = [];
    private long _arrivals;

    /// <summary>How many.</summary>
    public int Count => _order.Count;

    /// <summary>The first; null where none waits.</summary>
    public PendingRequest? Head => _order.Min;

    /// <summary>All of them, the first first.</summary>
    public IEnumerable<PendingRequest> All => _order;

    /// <summary>Adds a request.</summary>
    public PendingRequest Add(RequestLease request, PoolVector[] needs, TimeSpan since, TimeSpan due, bool guest = false)
    {
        var pending = new PendingRequest(request, needs, since, due, ++_arrivals) { Guest = guest };
        Insert(pending);
        return pending;
    }

    /// <summary>Who wants a model has changed: requests for it find their place anew.</summary>
    public void Place(ModelId model, bool guest)
    {
        if (_order.FirstOrDefault(p => p.Request.Model == model && p.Request.Phase == LeasePhase.Load && p.Guest != guest) is not { } known) return;
        Remove(known.Request.Request);
        Insert(new PendingRequest(known.Request, known.Needs, known.Since, known.Due, known.Number) { Guest = guest, SwapStart = known.SwapStart });
    }

    /// <summary>Whether it waits.</summary>
    public bool Contains(RequestId request) => _byId.ContainsKey(request);

    /// <summary>Takes a request out; false where it does not wait.</summary>
    public bool Remove(RequestId request)
    {
        if (!_byId.Remove(request, out var pending)) return false;
        _order.Remove(pending);
        return true;
    }

    private void Insert(PendingRequest pending)
    {
        _order.Add(pending);
        _byId.Add(pending.Request.Request, pending);
    }

    /// <summary>The first requests behind the head, at most so many.</summary>
    public void Behind(int most, List<PendingRequest> into)
    {
        into.Clear();
        foreach (var pending in _order)
        {
            if (into.Count > most) break;
            into.Add(pending);
        }
        if (into.Count > 0) into.RemoveAt(0);
    }
}
