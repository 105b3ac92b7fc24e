namespace ActorPipeline.Serving;

/// <summary>Counts failures with no success between, and how long to wait after each. Pure.</summary>
internal sealed class Backoff(TimeSpan shortest, TimeSpan longest, int givesUpAfter)
{
    /// <summary>Failures since the last success.</summary>
    public int Failures { get; private set; }

    /// <summary>Whether there is no point in trying again.</summary>
    public bool GivenUp => Failures >= givesUpAfter;

    /// <summary>A try failed.</summary>
    /// <returns>How long to wait before the next.</returns>
    public TimeSpan Fail()
    {
        Failures++;
        var factor = Math.Pow(2, Math.Min(Failures - 1, 30));
        return TimeSpan.FromTicks(Math.Min((long)(shortest.Ticks * factor), longest.Ticks));
    }

    /// <summary>It works again.</summary>
    public void Succeed() => Failures = 0;
}
