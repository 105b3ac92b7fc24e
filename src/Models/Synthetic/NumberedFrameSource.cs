using System.Buffers.Binary;
using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Synthetic;

/// <summary>
/// A source whose frames carry their number, counted from 0, in their first eight bytes (little-endian), for specs and users' tests.
/// It keeps a source's rules and counts who breaks them.
/// </summary>
/// <param name="count">Frames until the end of file.</param>
/// <param name="width">Pixels across; width x height x 3 is at least 8.</param>
/// <param name="height">Pixels down.</param>
/// <param name="live">Whether it says that it is live.</param>
public sealed class NumberedFrameSource(int count, int width, int height, bool live = false) : IFrameSource
{
    private readonly ManualResetEventSlim _released = new();
    private int _reading;
    private long _next;
    private volatile bool _disposed;

    /// <summary>Nominal rate; gives frames their position. Default 25.</summary>
    public double FramesPerSecond { get; init; } = 25;

    /// <summary>Whether it cannot be opened.</summary>
    public bool FailsToOpen { get; init; }

    /// <summary>The frame with this number cannot be read.</summary>
    public long? UnreadableAt { get; init; }

    /// <summary>The source breaks off in place of the frame with this number.</summary>
    public long? LostAt { get; init; }

    /// <summary>Reading the frame with this number blocks until <see cref="Release"/>.</summary>
    public long? BlockAt { get; init; }

    /// <summary>Called before each frame is given, with its number, on the reading thread; a spec may pace or watch it.</summary>
    public Action<long>? OnRead { get; init; }

    /// <summary>Reads that gave something.</summary>
    public long Reads => Volatile.Read(ref _next);

    /// <summary>Whether a read now blocks at <see cref="BlockAt"/>.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>Whether it was disposed.</summary>
    public bool IsDisposed => _disposed;

    /// <summary>Reads that began while another went on or after it was disposed, and disposals under a read. Must stay zero.</summary>
    public int RulesBroken { get; private set; }

    /// <summary>Lets a blocked read, and all later ones, go on.</summary>
    public void Release() => _released.Set();

    /// <summary>The number in a frame's pixels.</summary>
    public static long NumberIn(PixelBuffer buffer) => BinaryPrimitives.ReadInt64LittleEndian(buffer.Span);

    /// <inheritdoc/>
    public SourceInfo Open()
    {
        if (FailsToOpen) throw new SourceOpenException("The numbered source was declared not to open.");
        ArgumentOutOfRangeException.ThrowIfLessThan(ImageView.PackedBytes(width, height), sizeof(long), nameof(width));
        return new SourceInfo(live, width, height, FramesPerSecond, live ? null : count, ImageView.PackedBytes(width, height));
    }

    /// <inheritdoc/>
    public SourceRead Read(PixelBuffer into)
    {
        if (Interlocked.Exchange(ref _reading, 1) == 1 || _disposed) RulesBroken++;
        try
        {
            var number = _next;
            if (number >= count) return new SourceRead.EndOfFile();
            if (number == BlockAt) Block();
            if (number == LostAt) return new SourceRead.Lost($"The numbered source was declared to break off at frame {number}.");
            OnRead?.Invoke(number);
            Volatile.Write(ref _next, number + 1);
            if (number == UnreadableAt) return new SourceRead.Unreadable($"Frame {number} was declared unreadable.", $"{number}");
            into.View(width, height);
            BinaryPrimitives.WriteInt64LittleEndian(into.Span, number);
            return new SourceRead.Frame(width, height, TimeSpan.FromSeconds(number / FramesPerSecond));
        }
        finally
        {
            Volatile.Write(ref _reading, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Volatile.Read(ref _reading) == 1) RulesBroken++;
        _disposed = true;
    }

    private void Block()
    {
        IsBlocked = true;
        _released.Wait();
        IsBlocked = false;
    }
}
