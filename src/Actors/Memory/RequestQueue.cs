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

    /// <summary>When the first model was asked to yield for it; null before.</summary>
    public TimeSpan? SwapStart { get; set; }
}

/// <summary>Requests that wait: higher priority first, then by due time, then by arrival. Pure.</summary>
internal sealed class RequestQueue
{
    private sealed class Order : IComparer<PendingRequest>
    {
        public int Compare(PendingRequest? a, PendingRequest? b)
        {
            var byPriority = b!.Request.Priority.CompareTo(a!.Request.Priority);
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
    public PendingRequest Add(RequestLease request, PoolVector[] needs, TimeSpan since, TimeSpan due)
    {
        var pending = new PendingRequest(request, needs, since, due, ++_arrivals);
        _order.Add(pending);
        _byId.Add(request.Request, pending);
        return pending;
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
