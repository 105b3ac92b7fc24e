using ActorPipeline.Serving;

namespace ActorPipeline.Cluster;

/// <summary>What is expected of a neighbour by what it did before.</summary>
internal sealed record PeerLimits
{
    /// <value>Wait after a first refusal; doubles with each that follows. Default 50 ms.</value>
    public TimeSpan RefusedMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <value>Longest wait after refusals: they are normal answers. Default 2 s.</value>
    public TimeSpan RefusedMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <value>Wait after a first failure or silence; doubles with each that follows. Default 500 ms.</value>
    public TimeSpan FailedMin { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <value>Longest wait after failures. Default 30 s.</value>
    public TimeSpan FailedMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <value>What was seen longer ago is not known any more. Default 60 s.</value>
    public TimeSpan Memory { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>
/// Learns of each neighbour how long the way is, how many bytes pass in a second and how long a crop takes there, and leaves those
/// that refuse or fail alone for a growing, bounded time. Pure.
/// </summary>
internal sealed class PeerTimes(PeerLimits? limits = null)
{
    /// <summary>Fewer bytes than that tell nothing of bandwidth.</summary>
    internal const long TellingBytes = 16 * 1024;

    /// <summary>The first answers of a neighbour find it cold: they say little of those to come.</summary>
    private const int YoungAnswers = 6;

    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan LongestWay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestCrop = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ShareOver = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Shortest = TimeSpan.FromMicroseconds(50);

    private readonly PeerLimits _limits = limits ?? new PeerLimits();
    private readonly Dictionary<NodeKey, Peer> _peers = [];

    /// <summary>The way to a neighbour and back; null where nobody knows.</summary>
    public TimeSpan? RoundTrip(NodeKey node, TimeSpan now) => 
        _peers.TryGetValue(node, out var peer) && now - peer.PongedAt <= _limits.Memory ? peer.Way : null;

    /// <summary>Bytes that pass in a second; null where nobody knows.</summary>
    public double? Bandwidth(NodeKey node, TimeSpan now) => Known(node, now)?.Bandwidth;

    /// <summary>Time of one crop there, of those that had to wait for nothing; null where nobody knows.</summary>
    public TimeSpan? RunPerCrop(NodeKey node, SharedModel model, TimeSpan now) =>
        Known(node, now) is { } peer && peer.Runs.TryGetValue(model, out var run) ? run : null;

    /// <summary>Share of a neighbour's time that its answers to this node took of late; of its lanes, where it has several, more than that.</summary>
    public double Share(NodeKey node, TimeSpan now) => _peers.TryGetValue(node, out var peer) ? peer.Busy(now) / ShareOver.TotalSeconds : 0;

    /// <summary>Whether it is worth a try though it does not look like it: it has answered little, and was not tried a moment ago.</summary>
    public bool IsWorthTrying(NodeKey node, SharedModel model, TimeSpan now) =>
        !_peers.TryGetValue(node, out var peer) || (peer.AnswersOf(model, now - peer.AnsweredAt > _limits.Memory) < YoungAnswers && now - peer.TriedAt >= TryEvery);

    /// <summary>A batch is sent there.</summary>
    public void Tried(NodeKey node, TimeSpan now) => Of(node).TriedAt = now;

    /// <summary>Whether it is left alone now.</summary>
    public bool Rests(NodeKey node, TimeSpan now) => _peers.TryGetValue(node, out var peer) && now < peer.RestsUntil;

    /// <summary>A small message went there and its answer came back.</summary>
    public void Ponged(NodeKey node, TimeSpan took, TimeSpan now)
    {
        if (took < TimeSpan.Zero || took > LongestWay) return;
        var peer = Of(node);
        // After a long silence it is got to know anew.
        if (now - peer.PongedAt > _limits.Memory) peer.Way = null;
        peer.PongedAt = now;
        // Near the least: the first message of all finds nothing prepared, and any may have to wait for a processor.
        peer.Way = peer.Way is not { } known ? took : took < known ? (known + took) / 2 : known + ((Min(took, known * SmoothedTime.MostOverKnown) - known) / 8);
        peer.Shortest(took, now, _limits.Memory);
    }

    /// <summary>A batch was answered.</summary>
    /// <param name="node">By whom.</param>
    /// <param name="model">The model.</param>
    /// <param name="crops">How many crops; at least 1.</param>
    /// <param name="bytes">Their bytes.</param>
    /// <param name="elapsed">From its sending to the answer, here.</param>
    /// <param name="took">From its arrival to the answer, there.</param>
    /// <param name="now">The time.</param>
    public void Answered(NodeKey node, SharedModel model, int crops, long bytes, TimeSpan elapsed, TimeSpan took, TimeSpan now)
    {
        var peer = Of(node);
        peer.RestsUntil = TimeSpan.Zero;
        peer.Refusals.Succeed();
        peer.Failures.Succeed();
        if (elapsed < TimeSpan.Zero || took < TimeSpan.Zero || took > elapsed) return;
        if (now - peer.AnsweredAt > _limits.Memory) peer.ForgetAnswers();
        peer.AnsweredAt = now;
        var each = took / crops < LongestCrop ? took / crops : LongestCrop;
        // Near the least: what waited in a queue there is longer, and the queue is told apart.
        peer.Runs[model] = peer.Runs.TryGetValue(model, out var run) ? each < run ? (run + each) / 2 : run + ((Min(each, run * 2) - run) / 32) : each;
        peer.Answers[model] = peer.Answers.GetValueOrDefault(model) + 1;
        peer.Work(peer.Runs[model] * crops, now);
        if (bytes < TellingBytes) return;
        var transfer = elapsed - took - peer.Least;
        var rate = bytes / Math.Max(transfer.TotalSeconds, Shortest.TotalSeconds);
        // Near the broadest: what is slower had to wait on the way, or for a processor at either end.
        peer.Bandwidth = peer.Bandwidth is not { } known ? rate : rate > known ? (known + Math.Min(rate, known * SmoothedTime.MostOverKnown)) / 2 : known + ((rate - known) / 16);
    }

    /// <summary>A batch was refused.</summary>
    public void Refused(NodeKey node, TimeSpan now)
    {
        var peer = Of(node);
        peer.Rest(now + peer.Refusals.Fail());
    }

    /// <summary>A batch failed there, or was never answered.</summary>
    public void Failed(NodeKey node, TimeSpan now)
    {
        var peer = Of(node);
        peer.Rest(now + peer.Failures.Fail());
    }

    /// <summary>It is gone.</summary>
    public void Forget(NodeKey node) => _peers.Remove(node);

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private Peer? Known(NodeKey node, TimeSpan now) => _peers.TryGetValue(node, out var peer) && now - peer.AnsweredAt <= _limits.Memory ? peer : null;

    private Peer Of(NodeKey node)
    {
        if (!_peers.TryGetValue(node, out var peer)) _peers.Add(node, peer = new Peer(_limits));
        return peer;
    }

    private sealed class Peer(PeerLimits limits)
    {
        private TimeSpan? _least;
        private TimeSpan? _leastBefore;
        private TimeSpan _leastSince;
        private double _busy;
        private TimeSpan _busyAt;

        public TimeSpan? Way { get; set; }

        /// <summary>The shortest way of late, once there is one.</summary>
        public TimeSpan Least => _leastBefore is { } before && (_least is not { } least || before < least) ? before : _least ?? TimeSpan.Zero;

        public double? Bandwidth { get; set; }

        public Dictionary<SharedModel, TimeSpan> Runs { get; } = [];

        public Dictionary<SharedModel, int> Answers { get; } = [];

        public TimeSpan TriedAt { get; set; } = TimeSpan.MinValue / 2;

        public Backoff Refusals { get; } = new(limits.RefusedMin, limits.RefusedMax, int.MaxValue);

        public Backoff Failures { get; } = new(limits.FailedMin, limits.FailedMax, int.MaxValue);

        public TimeSpan RestsUntil { get; set; }

        public TimeSpan PongedAt { get; set; }

        public TimeSpan AnsweredAt { get; set; }

        /// <summary>Seconds that it worked for this node of late; what is older counts for less and less.</summary>
        public double Busy(TimeSpan now) => _busy * Math.Exp(-Math.Max(0, (now - _busyAt).TotalSeconds) / ShareOver.TotalSeconds);

        public void Work(TimeSpan took, TimeSpan now) => (_busy, _busyAt) = (Busy(now) + took.TotalSeconds, now);

        public int AnswersOf(SharedModel model, bool forgotten) => forgotten ? 0 : Answers.GetValueOrDefault(model);

        public void Rest(TimeSpan until) => RestsUntil = until > RestsUntil ? until : RestsUntil;

        /// <summary>The least of this window and of the one before.</summary>
        public void Shortest(TimeSpan took, TimeSpan now, TimeSpan window)
        {
            if (now - _leastSince > window) (_leastBefore, _least, _leastSince) = (_least, null, now);
            _least = _least is { } least && least < took ? least : took;
        }

        public void ForgetAnswers()
        {
            Bandwidth = null;
            Runs.Clear();
            Answers.Clear();
        }
    }
}
