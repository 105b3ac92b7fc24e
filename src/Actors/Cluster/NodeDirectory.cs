namespace ActorPipeline.Cluster;

/// <summary>A node that serves a model, as it was last heard of.</summary>
/// <param name="Node">All it said.</param>
/// <param name="Model">What it said of the model.</param>
/// <param name="Age">Since that arrived here; what it says is at least so old.</param>
internal sealed record Holder(NodeSummary Node, HeldModel Model, TimeSpan Age)
{
    /// <summary>
    /// How long a piece that came now would wait there. What it told of has had its age to go away since, and what was sent since counts on
    /// top. In the interval in which it would not have told of a change, others may have sent as much as its load says, but for what of that
    /// is this node's own; and once a sign of life is overdue, each moment of silence is a moment of doubt.
    /// </summary>
    /// <param name="mine">Crops sent there since it spoke, and not answered.</param>
    /// <param name="share">Share of its time that this node's crops took of late.</param>
    /// <param name="pace">How nodes publish.</param>
    public TimeSpan QueueNow(int mine, double share, PacerLimits pace)
    {
        var others = Math.Max(0, (Node.Load is >= 0 and <= 1 ? Node.Load : 1) - share);
        var unseen = (Age < pace.ChangeInterval ? Age : pace.ChangeInterval) * others;
        var doubtAfter = pace.Expiry / 2;
        var silent = Age > doubtAfter ? Age - doubtAfter : TimeSpan.Zero;
        var left = Sane(Model.Queue) > Age ? Sane(Model.Queue) - Age : TimeSpan.Zero;
        return left + (Sane(Model.RunPerCrop) * mine) + unseen + silent;
    }

    /// <summary>What a neighbour says must not overflow.</summary>
    internal static TimeSpan Sane(TimeSpan time) =>
        time < TimeSpan.Zero ? TimeSpan.Zero : time > TimeSpan.FromHours(1) ? TimeSpan.FromHours(1) : time;
}

/// <summary>
/// What is known of other nodes: the newest summary of each, until it is too old by this node's own clock. Pure. Bounded: the node heard of
/// longest ago goes first. A number of a life says only which one it is, not which came later (Akka draws them); so one that was
/// not heard of takes over, and one that was heard of does only with a higher counter: the dead fall silent, the living soon speak again.
/// </summary>
/// <param name="expiry">A summary older than that is not believed any more.</param>
/// <param name="mostNodes">Names kept, those of silent nodes included.</param>
internal sealed class NodeDirectory(TimeSpan expiry, int mostNodes = NodeDirectory.MostNodes)
{
    /// <summary>Names kept unless told otherwise.</summary>
    public const int MostNodes = 256;

    private const int MostLives = 4;

    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>Names kept, silent nodes included.</summary>
    public int Count => _entries.Count;

    /// <summary>A summary arrives.</summary>
    /// <returns>Whether it is news.</returns>
    public bool Learn(NodeSummary summary, TimeSpan now)
    {
        if (!_entries.TryGetValue(summary.Node.Name, out var entry))
        {
            if (_entries.Count >= mostNodes) _entries.Remove(_entries.MinBy(e => e.Value.At).Key);
            _entries.Add(summary.Node.Name, entry = new Entry());
        }
        if (!entry.Count(summary.Node.Incarnation, summary.Counter)) return false;
        (entry.Summary, entry.At) = (summary, now);
        return true;
    }

    /// <summary>This life of a node is over; what it said before and may still arrive is ignored.</summary>
    public void Forget(NodeKey node)
    {
        if (!_entries.TryGetValue(node.Name, out var entry)) return;
        entry.Count(node.Incarnation, long.MaxValue);
        if (entry.Summary?.Node == node) entry.Summary = null;
    }

    /// <summary>Stops believing what is too old; it is not believed before that either.</summary>
    /// <returns>The nodes that fell silent.</returns>
    public IReadOnlyList<NodeKey> Expire(TimeSpan now)
    {
        var silent = new List<NodeKey>();
        foreach (var entry in _entries.Values)
        {
            if (entry.Summary is not { } summary || IsFresh(entry, now)) continue;
            silent.Add(summary.Node);
            // The counters stay: what comes late must not bring it back to life.
            entry.Summary = null;
        }
        return silent;
    }

    /// <summary>Nodes that serve a model, in no order; those that are leaving too.</summary>
    public IReadOnlyList<Holder> HoldersOf(SharedModel model, TimeSpan now)
    {
        var holders = new List<Holder>();
        foreach (var entry in _entries.Values)
        {
            if (entry.Summary is not { } summary || !IsFresh(entry, now)) continue;
            foreach (var held in summary.Models)
            {
                if (held.Model != model) continue;
                holders.Add(new Holder(summary, held, now - entry.At));
                break;
            }
        }
        return holders;
    }

    /// <summary>All that is believed now, with the age of each.</summary>
    public IEnumerable<(NodeSummary Summary, TimeSpan Age)> All(TimeSpan now)
    {
        foreach (var entry in _entries.Values)
            if (entry.Summary is { } summary && IsFresh(entry, now)) yield return (summary, now - entry.At);
    }

    /// <summary>What is believed of one life of a node; null where that is nothing.</summary>
    public NodeSummary? Find(NodeKey node, TimeSpan now) =>
        _entries.TryGetValue(node.Name, out var entry) && entry.Summary is { } summary && summary.Node == node && IsFresh(entry, now) ? summary : null;

    private bool IsFresh(Entry entry, TimeSpan now) => now - entry.At < expiry;

    /// <summary>One name.</summary>
    private sealed class Entry
    {
        // The last lives under this name, the latest last, each with its highest counter.
        private readonly List<(int Life, long Counter)> _lives = new(MostLives);

        public NodeSummary? Summary { get; set; }

        public TimeSpan At { get; set; }

        /// <summary>Notes a counter.</summary>
        /// <returns>Whether it is higher than all of its life before.</returns>
        public bool Count(int life, long counter)
        {
            var at = _lives.FindIndex(l => l.Life == life);
            if (at >= 0 && _lives[at].Counter >= counter) return false;
            if (at >= 0) _lives.RemoveAt(at);
            else if (_lives.Count == MostLives) _lives.RemoveAt(0);
            _lives.Add((life, counter));
            return true;
        }
    }
}
