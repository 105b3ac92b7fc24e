namespace ActorPipeline.Events.Outbox;

/// <summary>
/// Growing waits, each between half and all of what its turn allows: many boxes that lost one server do not come back at the same moment.
/// Pure.
/// </summary>
internal sealed class RetryWaits(RetrySettings settings)
{
    private int _failures;

    /// <summary>A try failed.</summary>
    /// <param name="random">From 0 up to 1.</param>
    /// <param name="asked">How long the other side asks for; granted up to the longest wait.</param>
    /// <returns>How long to wait before the next.</returns>
    public TimeSpan Next(double random, TimeSpan? asked = null)
    {
        var whole = Math.Min(settings.First.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 30)), settings.Longest.TotalMilliseconds);
        var wait = whole * (0.5 + (random / 2));
        return TimeSpan.FromMilliseconds(Math.Max(wait, Math.Min(asked?.TotalMilliseconds ?? 0, settings.Longest.TotalMilliseconds)));
    }

    /// <summary>It works again.</summary>
    public void Reset() => _failures = 0;
}
