namespace ActorPipeline.Cluster;

/// <summary>How a place for crops is chosen.</summary>
internal sealed record HandOffLimits
{
    /// <value>The oldest minor version of the protocol that is understood here; of a newer one both speak the lower. Default 0.</value>
    public int LeastMinor { get; init; }

    /// <value>A neighbour has to be sooner than this node, or than the neighbour that had the last batch, by this share of the time. Default 0.15.</value>
    public double Margin { get; init; } = 0.15;

    /// <value>And by at least so much. Default 3 ms.</value>
    public TimeSpan LeastMargin { get; init; } = TimeSpan.FromMilliseconds(3);

    /// <value>Batches that a neighbour may have unanswered. Default 8.</value>
    public int MostOutstanding { get; init; } = 8;

    /// <value>Neighbours that a batch is handed to at most, one after the other. Default 2.</value>
    public int MostTries { get; init; } = 2;

    /// <value>A guess for a crop, where nobody knows. Default 40 ms.</value>
    public TimeSpan GuessedRun { get; init; } = TimeSpan.FromMilliseconds(40);

    /// <value>A guess for a load, where nobody knows. Default 1 s.</value>
    public TimeSpan GuessedLoad { get; init; } = TimeSpan.FromSeconds(1);

    /// <value>A guess for the way there and back, where nobody knows. Default 20 ms.</value>
    public TimeSpan GuessedRoundTrip { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <value>A guess for bytes in a second, where nobody knows. Default 5,000,000.</value>
    public double GuessedBandwidth { get; init; } = 5e6;
}

/// <summary>
/// Chooses for each batch of crops: run here, wait for a load here, or hand it to the neighbour expected to answer first. This node
/// goes first where it is as good; a neighbour has to be better by a margin, also than the neighbour chosen before. What nobody knows is guessed
/// on the safe side, and a neighbour of guesses has one batch at a time: so a new one is tried where it promises much, and never with much. Pure.
/// </summary>
/// <param name="limits">How.</param>
/// <param name="self">This node's name. Of neighbours that are as good each node prefers others, so that not all run to the same one.</param>
internal sealed class HandOffPolicy(HandOffLimits limits, string self)
{
    /// <summary>Why a place is out of the question for good.</summary>
    internal const string Unable = "unable";

    /// <summary>Why a neighbour is out of the question until it has promised room.</summary>
    internal const string NoCredit = "no-credit";

    /// <summary>Why a neighbour is out of the question until it has answered something.</summary>
    internal const string Busy = "busy";

    /// <summary>Why a neighbour is out of the question for a while.</summary>
    internal const string Rests = "rests";

    // The neighbour that had the last batch of each model.
    private readonly Dictionary<SharedModel, NodeKey> _last = [];

    /// <summary>Chooses.</summary>
    /// <param name="batch">What has to go somewhere.</param>
    /// <param name="local">How it stands here.</param>
    /// <param name="neighbours">Those that serve the model and are still believed.</param>
    public HandOffChoice Choose(CropBatch batch, LocalView local, IReadOnlyList<NeighbourView> neighbours)
    {
        var here = Here(batch, local, neighbours);
        var others = new HandOffOption[neighbours.Count];
        HandOffOption? best = null;
        for (var i = 0; i < others.Length; i++)
        {
            others[i] = There(batch, neighbours[i], local);
            if (others[i].Barred is null && (best is null || IsBetter(batch, others[i], best))) best = others[i];
        }
        var (chosen, why) = Decide(batch, here, best);
        if (chosen.Node is { } node) _last[batch.Model] = node;
        else _last.Remove(batch.Model);
        if (chosen.Node is null && Trial(batch, neighbours, others) is { } trial) (chosen, why) = (trial, "trial");
        var place = chosen.Node is not null ? HandOffPlace.Neighbour : local.Ready ? HandOffPlace.Here : HandOffPlace.WaitHere;
        return new HandOffChoice(place, chosen.Node, chosen.Total, why, here, others);
    }

    /// <summary>A neighbour is gone.</summary>
    public void Forget(NodeKey node)
    {
        foreach (var (model, last) in _last)
            if (last == node) _last.Remove(model);
    }

    private (HandOffOption, string) Decide(CropBatch batch, HandOffOption here, HandOffOption? best)
    {
        if (best is null) return (here, here.Barred ?? "alone");
        var (hereInTime, bestInTime) = (InTime(batch, here), InTime(batch, best));
        if (!bestInTime) return (here, hereInTime ? "first" : here.Barred ?? "none-in-time");
        if (!hereInTime) return (best, batch.Left is null ? "first" : "only-in-time");
        if (here.Total <= best.Total) return (here, "first");
        // Who hands over already goes on while it pays at all; who does not begins only where it pays well.
        return _last.ContainsKey(batch.Model) || here.Total - best.Total > Margin(here.Total) ? (best, "first") : (here, "equal");
    }

    /// <summary>A neighbour that is judged by its first answers alone, cold as it was, would never get to show what it can do: now and then a batch goes there that would wait here, and has the time.</summary>
    private static HandOffOption? Trial(CropBatch batch, IReadOnlyList<NeighbourView> neighbours, HandOffOption[] others)
    {
        for (var i = 0; i < others.Length; i++)
            if (others[i] is { MayBeTried: true, Barred: null } && neighbours[i].Outstanding == 0 && (batch.Left is not { } left || others[i].Total * 2 <= left)) return others[i];
        return null;
    }

    /// <summary>Of two neighbours: those in time first, then sooner by a margin, then who had the last batch, then by this node's own order.</summary>
    private bool IsBetter(CropBatch batch, HandOffOption one, HandOffOption other)
    {
        if (InTime(batch, one) != InTime(batch, other)) return InTime(batch, one);
        var apart = one.Total - other.Total;
        if (apart.Duration() > Margin(one.Total > other.Total ? one.Total : other.Total)) return apart < TimeSpan.Zero;
        if (_last.TryGetValue(batch.Model, out var last) && (one.Node == last) != (other.Node == last)) return one.Node == last;
        return Rank(one.Node!.Value) < Rank(other.Node!.Value);
    }

    private TimeSpan Margin(TimeSpan total)
    {
        var share = total * limits.Margin;
        return share > limits.LeastMargin ? share : limits.LeastMargin;
    }

    /// <summary>A neighbour of guesses has to be so by twice the time.</summary>
    private static bool InTime(CropBatch batch, HandOffOption option) =>
        option.Barred is null && (batch.Left is not { } left || option.Total * (option is { Guessed: true, Node: not null } ? 2 : 1) <= left);

    private HandOffOption Here(CropBatch batch, LocalView local, IReadOnlyList<NeighbourView> neighbours)
    {
        // A neighbour's crops are the best guess for one's own.
        var each = local.RunPerCrop ?? neighbours.FirstOrDefault(n => n.RunPerCrop is not null)?.RunPerCrop ?? limits.GuessedRun;
        var load = local.Ready ? TimeSpan.Zero : local.Load ?? limits.GuessedLoad;
        var rounds = (batch.Crops + local.Lanes - 1) / local.Lanes;
        var guessed = local.RunPerCrop is null || (!local.Ready && local.Load is null);
        // Lanes go on with other work while a model is loaded.
        var queue = local.Ready || local.Queue > load ? local.Queue - load : TimeSpan.Zero;
        return new HandOffOption(null, TimeSpan.Zero, queue, load, each * rounds, guessed, local.Able ? null : Unable);
    }

    private HandOffOption There(CropBatch batch, NeighbourView there, LocalView local)
    {
        var each = there.RunPerCrop ?? local.RunPerCrop ?? limits.GuessedRun;
        var load = there.Ready ? TimeSpan.Zero : there.Load ?? limits.GuessedLoad;
        var way = there.RoundTrip ?? limits.GuessedRoundTrip;
        var transfer = way + TimeSpan.FromSeconds(batch.Bytes / Math.Max(1, there.Bandwidth ?? limits.GuessedBandwidth));
        // Few bytes tell nothing of the way's breadth, and it matters little for few.
        var guessed = !there.HasAnswered || there.RunPerCrop is null || there.RoundTrip is null || (there.Bandwidth is null && batch.Bytes >= PeerTimes.TellingBytes) || (!there.Ready && there.Load is null);
        return new HandOffOption(there.Node, transfer, there.Queue, load, each * batch.Crops, guessed, Barred(batch, there, guessed)) { MayBeTried = there.MayBeTried && !local.Ready };
    }

    private string? Barred(CropBatch batch, NeighbourView there, bool guessed)
    {
        if (there.Leaving) return "leaving";
        if (there.Minor < limits.LeastMinor) return "version";
        if (batch.Tried is { } tried && (tried.Count >= limits.MostTries || tried.Contains(there.Node))) return "tried";
        if (there.Rests) return Rests;
        if (there.Credit < batch.Bytes) return NoCredit;
        if (there.Outstanding >= (guessed ? 1 : limits.MostOutstanding)) return Busy;
        return null;
    }

    /// <summary>The same on every run; another for each node that asks.</summary>
    private uint Rank(NodeKey node)
    {
        var hash = 2166136261u;
        foreach (var c in self) hash = (hash ^ c) * 16777619;
        foreach (var c in node.Name) hash = (hash ^ c) * 16777619;
        hash = (hash ^ (hash >> 15)) * 2246822519;
        return hash ^ (hash >> 13);
    }
}
