namespace ActorPipeline.Synthetic;

/// <summary>A wait on a clock that can be interrupted from another thread.</summary>
internal sealed class SyntheticWait(TimeProvider time, SyntheticCounters counters)
{
    // Never disposed: a timer or an interrupt may still be on its way to it.
    private readonly ManualResetEventSlim _over = new();
    private volatile bool _interrupted;

    /// <summary>Waits.</summary>
    /// <returns>False where it was interrupted.</returns>
    public bool For(TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero || _interrupted) return !_interrupted;
        using var timer = time.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), _over, delay, Timeout.InfiniteTimeSpan);
        Block(_over);
        return !_interrupted;
    }

    /// <summary>Waits until it is interrupted.</summary>
    public void UntilInterrupted() => Block(_over);

    /// <summary>Waits for an event, interrupted or not.</summary>
    public void Block(ManualResetEventSlim until)
    {
        counters.Waits(1);
        try
        {
            until.Wait();
        }
        finally
        {
            counters.Waits(-1);
        }
    }

    /// <summary>Ends the wait, or the next one where none goes on.</summary>
    public void Interrupt()
    {
        _interrupted = true;
        _over.Set();
    }
}
