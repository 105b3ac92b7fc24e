namespace ActorPipeline.Hosting.Display;

/// <summary>How fast a count grows, over the last seconds.</summary>
/// <param name="over">How far back it looks.</param>
internal sealed class RateMeter(TimeSpan over)
{
    private readonly Queue<(TimeSpan At, long Count)> _counts = new();

    /// <summary>Takes the count as it stands and gives its rate a second.</summary>
    public double Next(TimeSpan at, long count)
    {
        _counts.Enqueue((at, count));
        while (_counts.Count > 2 && at - _counts.Peek().At > over) _counts.Dequeue();
        var (first, before) = _counts.Peek();
        return at > first ? (count - before) / (at - first).TotalSeconds : 0;
    }
}
