namespace ActorPipeline.Hosting.Pulling;

/// <summary>A clock on which waits for another try are over at once, and nothing is idle for long until a spec says so.</summary>
internal sealed class PullTime : TimeProvider
{
    private readonly List<IdleTimer> _idle = [];
    private readonly List<TimeSpan> _waits = [];

    /// <summary>How long was waited before each new try.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get { lock (_waits) return [.. _waits]; }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Timeout.InfiniteTimeSpan)
        {
            var timer = new IdleTimer(callback, state);
            lock (_idle) _idle.Add(timer);
            return timer;
        }
        lock (_waits) _waits.Add(dueTime);
        return System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    /// <summary>The time is over in which something had to come.</summary>
    public void PassIdle()
    {
        IdleTimer[] all;
        lock (_idle) all = [.. _idle];
        foreach (var timer in all) timer.Fire();
    }

    private sealed class IdleTimer(TimerCallback callback, object? state) : ITimer
    {
        private volatile bool _running;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _running = dueTime != Timeout.InfiniteTimeSpan;
            return true;
        }

        public void Fire()
        {
            if (_running) callback(state);
        }

        public void Dispose() => _running = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
