using ActorPipeline.Vision;

namespace ActorPipeline.Tracking;

/// <summary>Where a box is and how it moves: its centre, its width and its height, each at a nearly constant rate.</summary>
/// <remarks>Width and height, not the aspect ratio of SORT and ByteTrack: a person who turns changes one and not the other (so does BoT-SORT).</remarks>
internal struct BoxFilter
{
    // A box that shrinks for long must not turn inside out.
    private const float Smallest = 1;

    private AxisFilter _x;
    private AxisFilter _y;
    private AxisFilter _width;
    private AxisFilter _height;

    /// <summary>The box now.</summary>
    public readonly BoundingBox Box => After(0);

    /// <summary>Begins with a first box.</summary>
    public static BoxFilter At(in BoundingBox box)
    {
        var (width, height) = (Math.Max(Smallest, box.Width), Math.Max(Smallest, box.Height));
        return new BoxFilter
        {
            _x = AxisFilter.At((box.Left + box.Right) / 2, width),
            _y = AxisFilter.At((box.Top + box.Bottom) / 2, height),
            _width = AxisFilter.At(width, width),
            _height = AxisFilter.At(height, height),
        };
    }

    /// <summary>Where the box will be after so many seconds.</summary>
    public readonly BoundingBox After(float seconds)
    {
        var (x, y) = (_x.After(seconds), _y.After(seconds));
        var (halfWidth, halfHeight) = (Math.Max(Smallest, _width.After(seconds)) / 2, Math.Max(Smallest, _height.After(seconds)) / 2);
        return new BoundingBox(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);
    }

    /// <summary>Lets time pass.</summary>
    public void Predict(float seconds)
    {
        var (width, height) = Size();
        _x.Predict(seconds, width);
        _y.Predict(seconds, height);
        _width.Predict(seconds, width);
        _height.Predict(seconds, height);
    }

    /// <summary>Takes a box in that was seen now.</summary>
    public void Correct(in BoundingBox box)
    {
        var (width, height) = Size();
        _x.Correct((box.Left + box.Right) / 2, width);
        _y.Correct((box.Top + box.Bottom) / 2, height);
        _width.Correct(box.Width, width);
        _height.Correct(box.Height, height);
    }

    /// <summary>The object is out of sight: it may go on moving, but keeps its size.</summary>
    public void KeepSize()
    {
        _width.Rest();
        _height.Rest();
    }

    private readonly (float Width, float Height) Size() => (Math.Max(Smallest, _width.Value), Math.Max(Smallest, _height.Value));
}
