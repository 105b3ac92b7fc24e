using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

/// <summary>Names what the crops of one frame show. Its parts are the crops.</summary>
public sealed class ClassifyWork : LaneWork
{
    private Classification[] _labels = [];
    private int[] _filled = [];
    private int _each;
    private int _count;
    private int _width;
    private int _height;
    private int _offset;

    /// <summary>Room for crops to come.</summary>
    public ClassifyWork()
    {
    }

    /// <summary>Begins at once, and takes its hold.</summary>
    /// <inheritdoc cref="Begin"/>
    public ClassifyWork(PixelBuffer crops, int count, int width, int height, int offset = 0, int labels = 1)
    {
        Begin(crops, count, width, height, offset, labels);
        TryHold();
    }

    /// <inheritdoc/>
    public override int Parts => _count;

    /// <summary>Each crop's width in pixels.</summary>
    public int Width => _width;

    /// <summary>Each crop's height in pixels.</summary>
    public int Height => _height;

    /// <summary>Labels wanted of each crop at most.</summary>
    public int Labels => _each;

    /// <summary>The crops of a frame.</summary>
    /// <param name="crops">Holds the crops, packed one behind the other.</param>
    /// <param name="count">How many.</param>
    /// <param name="width">Each crop's width in pixels.</param>
    /// <param name="height">Each crop's height in pixels.</param>
    /// <param name="offset">Bytes before the first crop.</param>
    /// <param name="labels">Labels wanted of each crop at most.</param>
    public void Begin(PixelBuffer crops, int count, int width, int height, int offset = 0, int labels = 1)
    {
        Use(crops);
        (_count, _width, _height, _offset, _each) = (count, width, height, offset, labels);
        if (_filled.Length < count) _filled = new int[count];
        if (_labels.Length < count * labels) _labels = new Classification[count * labels];
        _filled.AsSpan(0, count).Clear();
    }

    /// <summary>A crop's labels, best first, a merged model's head after head; valid until it begins anew.</summary>
    public ReadOnlySpan<Classification> LabelsOf(int crop) => crop < _count ? _labels.AsSpan(crop * _each, _filled[crop]) : default;

    /// <summary>Answers one crop in a classifier's place.</summary>
    /// <param name="crop">Which.</param>
    /// <param name="labels">Best first; those beyond what is wanted are left out.</param>
    public void Answer(int crop, ReadOnlySpan<Classification> labels)
    {
        var kept = labels[..Math.Min(labels.Length, _each)];
        kept.CopyTo(_labels.AsSpan(crop * _each, _each));
        _filled[crop] = kept.Length;
    }

    /// <summary>Takes a hold of the caller's own on the crops; null where nobody holds them any more.</summary>
    public HeldCrops? TryOpen()
    {
        var buffer = Buffer;
        return buffer.TryRetain() ? new HeldCrops(buffer, _count, _width, _height, _offset) : null;
    }

    /// <summary>As many crops from the first on as there is room for.</summary>
    /// <inheritdoc/>
    public override WorkSample? TrySample(PixelBuffer into)
    {
        var each = ImageView.PackedBytes(_width, _height);
        var count = Math.Min(_count, into.Capacity / each);
        if (count == 0) return null;
        Buffer.Span.Slice(_offset, count * each).CopyTo(into.Span);
        var again = new ClassifyWork();
        again.Begin(into, count, _width, _height, labels: _each);
        return again.TryHold() ? new WorkSample(again, [.. Enumerable.Range(0, count).Select(crop => LabelsOf(crop).ToArray())]) : null;
    }

    /// <summary>One crop's pixels; only while somebody holds them.</summary>
    public ImageView View(int crop) => Buffer.View(_width, _height, _offset + (crop * ImageView.PackedBytes(_width, _height)));
}
