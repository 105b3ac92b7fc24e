using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster;

/// <summary>What a desk promises.</summary>
internal sealed record CreditLimits
{
    /// <value>Bytes for the crops of all neighbours: promised, or there. Default 16 MiB.</value>
    public long Pool { get; init; } = 16 * 1024 * 1024;

    /// <value>No sender gets less than this at a time, so that a batch fits, unless it wants less. Default 1.25 MiB: eight raw crops of 224 x 224.</value>
    public long Least { get; init; } = 1280 * 1024;

    /// <value>How long a promise holds. Default 4 s.</value>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromSeconds(4);

    /// <value>How much longer its room is kept, for what is on the way. Default 1 s.</value>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>A sender that was not heard of for so long is forgotten. Default 30 s.</value>
    public TimeSpan Forget { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>Senders at once. Default 64.</value>
    public int MostSenders { get; init; } = 64;
}

/// <summary>What became of bytes that arrived.</summary>
internal enum Arrival
{
    /// <summary>They have room.</summary>
    Taken,

    /// <summary>They were accounted for before: doubled, or overtaken by later ones and taken for lost.</summary>
    Stale,

    /// <summary>Nobody promised them room; or not any more.</summary>
    Void,
}

/// <summary>What became of a wish for credit.</summary>
internal enum Wish
{
    /// <summary>It is in the book; <see cref="CreditBook.Grant"/> answers it.</summary>
    Noted,

    /// <summary>It is in the book, but of another epoch: the sender has to learn the present one first.</summary>
    OtherEpoch,

    /// <summary>It never opened, or was forgotten.</summary>
    Stranger,
}

/// <summary>
/// The desk's side: bytes of one bounded pool are reserved before they are promised, and each promise lapses. Numbers of bytes are
/// cumulative within an epoch, so what was lost on the way is known by what comes after it, and its room comes back; a lapsed promise ends
/// the epoch, so that who slept through it cannot use it. Senders that wait share evenly; while one waits nobody's promise is renewed. Pure.
/// </summary>
/// <param name="limits">What there is to promise.</param>
/// <param name="lastEpoch">The highest epoch of the desks before this one in the node's life.</param>
internal sealed class CreditBook(CreditLimits limits, long lastEpoch = 0)
{
    private readonly Dictionary<NodeKey, Sender> _senders = [];
    private long _asked;

    /// <summary>Bytes promised that have not come.</summary>
    public long Promised { get; private set; }

    /// <summary>Bytes that are there.</summary>
    public long Held { get; private set; }

    /// <summary>Bytes neither promised nor there.</summary>
    public long Free => limits.Pool - Promised - Held;

    /// <summary>Senders in the book.</summary>
    public int Senders => _senders.Count;

    /// <summary>The highest epoch so far.</summary>
    public long LastEpoch { get; private set; } = lastEpoch;

    /// <summary>A sender comes, perhaps once more; what it was promised before is void.</summary>
    /// <returns>Its epoch; null where there are too many.</returns>
    public long? Open(NodeKey from, TimeSpan now)
    {
        if (!_senders.TryGetValue(from, out var sender))
        {
            if (_senders.Count >= limits.MostSenders) return null;
            _senders.Add(from, sender = new Sender());
        }
        Begin(sender);
        sender.HeardAt = now;
        return sender.Epoch;
    }

    /// <summary>A sender's epoch; null where it is not in the book.</summary>
    public long? EpochOf(NodeKey from) => _senders.TryGetValue(from, out var sender) ? sender.Epoch : null;

    /// <summary>A sender is gone. What came of it stays until it is released.</summary>
    public void Close(NodeKey from)
    {
        if (!_senders.Remove(from, out var sender)) return;
        Promised -= sender.Promised;
    }

    /// <summary>A sender wants credit, and says what it has sent.</summary>
    public Wish Ask(NodeKey from, AskCredit ask, TimeSpan now)
    {
        if (!_senders.TryGetValue(from, out var sender)) return Wish.Stranger;
        sender.HeardAt = now;
        if (ask.Epoch == sender.Epoch) Reveal(sender, ask.Sent);
        // What it asks for is at most what could ever be granted.
        sender.Wanted = Math.Clamp(ask.Wanted, 0, limits.Pool);
        if (sender.AskedAs == 0) sender.AskedAs = ++_asked;
        return ask.Epoch == sender.Epoch ? Wish.Noted : Wish.OtherEpoch;
    }

    /// <summary>Answers wishes as far as there is room: those that have least first, of equals who waits longest. To be looked at after each wish and whenever room comes back.</summary>
    public IReadOnlyList<(NodeKey To, CreditGranted Grant)> Grant(TimeSpan now)
    {
        if (!_senders.Values.Any(s => s.AskedAs > 0)) return [];
        var grants = new List<(NodeKey, CreditGranted)>();
        var waiting = _senders.Where(s => s.Value.AskedAs > 0).OrderBy(s => s.Value.Has).ThenBy(s => s.Value.AskedAs).ToArray();
        // Who was active shares, whether or not it waits now.
        var share = limits.Pool / Math.Max(1, _senders.Values.Count(s => s.AskedAs > 0 || s.Has > 0));
        var least = Math.Min(limits.Least, limits.Pool);
        var starved = false;
        foreach (var (node, sender) in waiting)
        {
            var more = Math.Max(0, sender.Wanted - sender.Promised);
            var room = Math.Min(Math.Max(share, least) - sender.Has, Free);
            // Who has nothing and finds no room keeps what comes free for itself, and nobody's promise is renewed.
            var fits = room >= Math.Min(more, least);
            if (!fits && sender.Has == 0) starved = true;
            if (starved) continue;
            if (!fits && sender.Promised == 0) continue;
            more = fits ? Math.Min(more, room) : 0;
            Promised += more;
            sender.UpTo += more;
            (sender.LapsesAt, sender.AskedAs) = (now + limits.Lifetime + limits.Grace, 0);
            grants.Add((node, new CreditGranted(sender.Epoch, sender.UpTo, limits.Lifetime)));
        }
        return grants;
    }

    /// <summary>Bytes arrive.</summary>
    /// <param name="from">From whom.</param>
    /// <param name="epoch">The epoch that it believes in.</param>
    /// <param name="sent">Its bytes since the epoch's beginning, with these.</param>
    /// <param name="bytes">How many they are.</param>
    /// <param name="now">The time.</param>
    public Arrival Arrive(NodeKey from, long epoch, long sent, long bytes, TimeSpan now)
    {
        if (!_senders.TryGetValue(from, out var sender) || sender.Epoch != epoch) return Arrival.Void;
        if (bytes < 0 || sent < bytes || sent > sender.UpTo) return Arrival.Void;
        sender.HeardAt = now;
        // In order, or later than something lost.
        if (sent - bytes < sender.Known) return Arrival.Stale;
        Reveal(sender, sent);
        Held += bytes;
        sender.Held += bytes;
        return Arrival.Taken;
    }

    /// <summary>Bytes that had arrived are not needed any more.</summary>
    public void Release(NodeKey from, long bytes)
    {
        Held -= bytes;
        if (_senders.TryGetValue(from, out var sender)) sender.Held = Math.Max(0, sender.Held - bytes);
    }

    /// <summary>Takes back what was promised too long ago, and forgets who fell silent.</summary>
    /// <returns>Those that were forgotten.</returns>
    public IReadOnlyList<NodeKey> Expire(TimeSpan now)
    {
        var forgotten = new List<NodeKey>();
        foreach (var (node, sender) in _senders)
        {
            if (now - sender.HeardAt >= limits.Forget)
            {
                forgotten.Add(node);
                Close(node);
                continue;
            }
            if (sender.Promised > 0 && now >= sender.LapsesAt) Begin(sender);
            // Who still wants says so again.
            if (now - sender.HeardAt >= limits.Lifetime) sender.AskedAs = 0;
        }
        return forgotten;
    }

    /// <summary>When <see cref="Expire"/> has something to do next; null for never.</summary>
    public TimeSpan? NextExpiry => _senders.Count == 0 ? null
        : _senders.Values.Min(s => s.Promised > 0 && s.LapsesAt < s.HeardAt + limits.Forget ? s.LapsesAt : s.HeardAt + limits.Forget);

    private void Begin(Sender sender)
    {
        Promised -= sender.Promised;
        (sender.Epoch, sender.Known, sender.UpTo) = (++LastEpoch, 0, 0);
    }

    /// <summary>All up to here was sent: it is there, was there, or never comes.</summary>
    private void Reveal(Sender sender, long sent)
    {
        if (sent <= sender.Known || sent > sender.UpTo) return;
        Promised -= sent - sender.Known;
        sender.Known = sent;
    }

    private sealed class Sender
    {
        public long Epoch { get; set; }

        /// <summary>Bytes of this epoch that are accounted for.</summary>
        public long Known { get; set; }

        public long UpTo { get; set; }

        public long Held { get; set; }

        public long Wanted { get; set; }

        /// <summary>Its place among those that wait; 0 where it does not.</summary>
        public long AskedAs { get; set; }

        public TimeSpan LapsesAt { get; set; }

        public TimeSpan HeardAt { get; set; }

        public long Promised => UpTo - Known;

        public long Has => Promised + Held;
    }
}
