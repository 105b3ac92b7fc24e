namespace ActorPipeline.Cluster;

/// <summary>Where a batch of crops goes.</summary>
internal enum HandOffPlace
{
    /// <summary>The model is in memory here.</summary>
    Here,

    /// <summary>It is loaded here first.</summary>
    WaitHere,

    /// <summary>To a neighbour.</summary>
    Neighbour,
}

/// <summary>What a place was expected to take.</summary>
/// <param name="Node">A neighbour; null for here.</param>
/// <param name="Transfer">The way there and back.</param>
/// <param name="Queue">Its wait for a lane.</param>
/// <param name="Load">Its wait for the model.</param>
/// <param name="Run">Its run.</param>
/// <param name="Guessed">Something of that is not known.</param>
/// <param name="Barred">Why it was out of the question; null where it was not.</param>
internal sealed record HandOffOption(NodeKey? Node, TimeSpan Transfer, TimeSpan Queue, TimeSpan Load, TimeSpan Run, bool Guessed, string? Barred)
{
    /// <summary>It has answered too little yet to be judged by that, and may be tried though it does not look sooner.</summary>
    public bool MayBeTried { get; init; }

    /// <summary>Until the answer is here; <see cref="TimeSpan.MaxValue"/> for never.</summary>
    public TimeSpan Total => Barred == HandOffPolicy.Unable ? TimeSpan.MaxValue : Transfer + Queue + Load + Run;
}

/// <summary>Where a batch of crops goes, and the expectations that led to it.</summary>
/// <param name="Place">Where.</param>
/// <param name="To">The neighbour; null for here.</param>
/// <param name="Expected">Until the answer is here; <see cref="TimeSpan.MaxValue"/> for never.</param>
/// <param name="Why">In a word: "first", "equal", "only-in-time", "none-in-time", "alone", "trial" or "unable".</param>
/// <param name="Local">What this node was expected to take.</param>
/// <param name="Others">What neighbours were.</param>
internal sealed record HandOffChoice(
    HandOffPlace Place, NodeKey? To, TimeSpan Expected, string Why, HandOffOption Local, IReadOnlyList<HandOffOption> Others)
{
    /// <summary>This node never could, and a neighbour may soon take it: worth another look a moment later, while there is time.</summary>
    public bool IsWorthWaiting => To is null && Local.Barred is not null && Others.Any(o => o.Barred is HandOffPolicy.NoCredit or HandOffPolicy.Busy or HandOffPolicy.Rests);

    /// <summary>Neighbours whose credit is worth asking for: the chosen one, and those that would be sooner than this node, or tried, if they had promised room; the soonest first.</summary>
    /// <param name="most">How many at most.</param>
    public IReadOnlyList<NodeKey> CreditFrom(int most)
    {
        var from = new List<HandOffOption>();
        foreach (var other in Others)
            if (other.Node == To || (other.Barred == HandOffPolicy.NoCredit && (other.MayBeTried || other.Total < Local.Total))) from.Add(other);
        from.Sort((a, b) => a.Total.CompareTo(b.Total));
        return [.. from.Take(most).Select(o => o.Node!.Value)];
    }
}
