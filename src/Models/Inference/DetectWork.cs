using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

/// <summary>Finds objects in one frame.</summary>
public sealed class DetectWork : LaneWork
{
    private Detection[] _found = [];
    private int _count;
    private int _width;
    private int _height;
    private PixelRegion? _region;

    /// <summary>Room for a frame to come.</summary>
    public DetectWork()
    {
    }

    /// <summary>Begins at once, and takes its hold.</summary>
    /// <inheritdoc cref="Begin"/>
    public DetectWork(PixelBuffer pixels, int width, int height)
    {
        Begin(pixels, width, height);
        TryHold();
    }

    /// <inheritdoc/>
    public override int Parts => 1;

    /// <summary>What was found, best first; valid until it begins anew.</summary>
    public ReadOnlySpan<Detection> Found => _found.AsSpan(0, _count);

    /// <summary>Whether there was more than the card lets through; only the best are in <see cref="Found"/>.</summary>
    public bool More { get; private set; }

    /// <summary>A new frame.</summary>
    /// <param name="pixels">Holds the frame.</param>
    /// <param name="width">The frame's width in pixels.</param>
    /// <param name="height">The frame's height in pixels.</param>
    /// <param name="region">The part of it that is looked at; null for all.</param>
    public void Begin(PixelBuffer pixels, int width, int height, PixelRegion? region = null)
    {
        Use(pixels);
        (_width, _height, _region, _count, More) = (width, height, region, 0, false);
    }

    /// <summary>Answers it in a detector's place.</summary>
    /// <param name="found">Best first.</param>
    /// <param name="more">Whether there was more.</param>
    public void Answer(ReadOnlySpan<Detection> found, bool more = false)
    {
        if (_found.Length < found.Length) _found = new Detection[found.Length];
        found.CopyTo(_found);
        (_count, More) = (found.Length, more);
    }

    /// <inheritdoc/>
    public override WorkSample? TrySample(PixelBuffer into)
    {
        var bytes = ImageView.PackedBytes(_width, _height);
        if (bytes > into.Capacity) return null;
        Buffer.Span[..bytes].CopyTo(into.Span);
        var again = new DetectWork();
        again.Begin(into, _width, _height, _region);
        return again.TryHold() ? new WorkSample(again, Found.ToArray()) : null;
    }

    /// <summary>Runs it on the calling thread.</summary>
    internal void Run(IDetector detector, int lane)
    {
        // One more than is let through, to know whether there was more.
        var most = detector.Card.MaxDetections;
        if (_found.Length <= most) _found = new Detection[most + 1];
        var frame = Buffer.View(_width, _height);
        var count = detector.Detect(lane, _region is { } part ? part.Of(frame) : frame, _found.AsSpan(0, most + 1));
        (_count, More) = (Math.Min(count, most), count > most);
        _region?.ToFrame(_found.AsSpan(0, _count));
    }
}
