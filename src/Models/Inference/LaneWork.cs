using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

/// <summary>
/// A piece of work for lanes, with a hold of its own on the buffer it reads and room of its own for the answers, so that a lane allocates
/// nothing. The hold is taken by who posts it and let go once by <see cref="Release"/> however often that is called, so that whoever is
/// left may call it. It can be used again once it was answered.
/// </summary>
public abstract class LaneWork
{
    private PixelBuffer? _buffer;
    private int _held;

    /// <summary>Parts that can be run apart, on several lanes at once.</summary>
    public abstract int Parts { get; }

    /// <summary>Gets what happens to it, for a frame that is traced; null for all others.</summary>
    public WorkTimes? Times { get; set; }

    /// <summary>The buffer it reads.</summary>
    protected PixelBuffer Buffer => _buffer ?? throw new InvalidOperationException("The work has not begun.");

    /// <summary>Copies what it looked at, and its answer; only where it was answered, and before its hold is let go.</summary>
    /// <param name="into">Where the pixels go; the sample takes a hold of its own on it.</param>
    /// <returns>Null where not even one part fits in there.</returns>
    public abstract WorkSample? TrySample(PixelBuffer into);

    /// <summary>Lets the hold go, once.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref _held, 0) == 1) Buffer.Release();
    }

    /// <summary>Takes the hold on the buffer; false where nobody holds it any more, because its frame was given up.</summary>
    public bool TryHold()
    {
        if (!Buffer.TryRetain()) return false;
        Volatile.Write(ref _held, 1);
        return true;
    }

    /// <summary>Reads this buffer from now on.</summary>
    /// <exception cref="InvalidOperationException">It is still held for the work before.</exception>
    protected void Use(PixelBuffer buffer)
    {
        if (Volatile.Read(ref _held) == 1) throw new InvalidOperationException("The work before has not been let go.");
        _buffer = buffer;
    }
}
