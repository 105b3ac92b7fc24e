using System.Collections.Concurrent;
using ActorPipeline.Sinks;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;

namespace ActorPipeline.Support;

/// <summary>A sink that remembers what it got, and can block, fail or draw where a spec wants it to.</summary>
public class RecordingSink : IFrameSink
{
    private readonly ManualResetEventSlim _released = new();
    private readonly ConcurrentQueue<FrameReport> _reports = new();

    public bool DrawsPixels { get; init; }

    /// <summary>Why it cannot be opened; null where it can.</summary>
    public string? FailsToOpen { get; init; }

    /// <summary>Taking the frame with this number fails.</summary>
    public long? FailsAt { get; init; }

    /// <summary>Taking the frame with this number throws what no sink should throw.</summary>
    public long? ThrowsAt { get; init; }

    /// <summary>From the frame with this number on it blocks until <see cref="Release"/>.</summary>
    public long? BlocksAt { get; init; }

    /// <summary>Results that it says it left out, for each that it took.</summary>
    public int LeavesOut { get; init; }

    /// <summary>Said when it is opened.</summary>
    public string? Warns { get; init; }

    public long Dropped => _reports.Count * LeavesOut;

    public IReadOnlyList<FrameReport> Reports => [.. _reports];

    public IEnumerable<long> Numbers => _reports.Select(r => r.Frame);

    /// <summary>The numbers that a <see cref="NumberedFrameSource"/> wrote into the pixels it drew.</summary>
    public ConcurrentQueue<long> Drawn { get; } = new();

    public bool IsBlocked { get; private set; }

    public bool IsCompleted { get; private set; }

    public bool IsDisposed { get; private set; }

    public void Release() => _released.Set();

    public void Open(SinkContext context)
    {
        if (FailsToOpen is { } why) throw new SinkException(why);
        if (Warns is { } odd) context.Warn(odd);
    }

    public unsafe void Write(FrameReport report, ImageView? pixels)
    {
        if (report.Frame == FailsAt) throw new SinkException($"the disk is full at frame {report.Frame}");
        if (report.Frame == ThrowsAt) throw new InvalidOperationException("a bug in a sink");
        if (report.Frame >= BlocksAt && !_released.IsSet)
        {
            IsBlocked = true;
            _released.Wait();
        }
        if (pixels is { } view) Drawn.Enqueue(*(long*)view.Address);
        _reports.Enqueue(report);
    }

    public void Complete() => IsCompleted = true;

    public void Dispose() => IsDisposed = true;
}
