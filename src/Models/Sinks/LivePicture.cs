namespace ActorPipeline.Sinks;

/// <summary>
/// The newest picture of a pipeline with its results drawn in, for those who look at it now. Nothing is drawn while nobody looks, or faster than
/// anybody could see. Safe from any thread.
/// </summary>
/// <param name="time">Measures how long the last picture is ago.</param>
public sealed class LivePicture(TimeProvider time)
{
    /// <summary>Who may look at once.</summary>
    public const int MostViewers = 32;

    /// <summary>Between two pictures.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private TaskCompletionSource<ReadOnlyMemory<byte>> _next = New();
    private long? _shown;
    private bool _drawing;

    /// <summary>Who looks now.</summary>
    public int Viewers { get; private set; }

    /// <summary>Whether one is to be drawn of the next frame. Asked for each frame, from any thread: once it said so it says no until <see cref="Show"/> or <see cref="Skip"/>.</summary>
    internal bool TryBegin()
    {
        lock (_gate)
        {
            if (Viewers == 0 || _drawing || (_shown is { } shown && time.GetElapsedTime(shown) < Interval)) return false;
            return _drawing = true;
        }
    }

    /// <summary>Begins to look.</summary>
    /// <returns>Ends it when it is disposed; null where as many look as may.</returns>
    public IDisposable? TryWatch()
    {
        lock (_gate)
        {
            if (Viewers >= MostViewers) return null;
            Viewers++;
            return new Viewing(this);
        }
    }

    /// <summary>The next picture: a JPEG, that all who wait get.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<ReadOnlyMemory<byte>> NextAsync(CancellationToken cancellation)
    {
        lock (_gate) return _next.Task.WaitAsync(cancellation);
    }

    /// <summary>Shows a picture to all who wait.</summary>
    internal void Show(ReadOnlyMemory<byte> jpeg)
    {
        TaskCompletionSource<ReadOnlyMemory<byte>> waited;
        lock (_gate)
        {
            (waited, _next, _shown, _drawing) = (_next, New(), time.GetTimestamp(), false);
        }
        waited.SetResult(jpeg);
    }

    /// <summary>There is none of that frame.</summary>
    internal void Skip()
    {
        lock (_gate) _drawing = false;
    }

    private static TaskCompletionSource<ReadOnlyMemory<byte>> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Viewing(LivePicture picture) : IDisposable
    {
        private int _over;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _over, 1) != 0) return;
            lock (picture._gate) picture.Viewers--;
        }
    }
}
