namespace ActorPipeline.Vision;

/// <summary>A part of every frame, in fractions of its width and height: right and bottom are exclusive edges.</summary>
/// <param name="Left">0 to 1.</param>
/// <param name="Top">0 to 1.</param>
/// <param name="Right">0 to 1, beyond the left.</param>
/// <param name="Bottom">0 to 1, beyond the top.</param>
public readonly record struct FrameRegion(float Left, float Top, float Right, float Bottom)
{
    /// <summary>All of a frame.</summary>
    public static FrameRegion Whole => new(0, 0, 1, 1);

    /// <summary>The whole pixels that cover it in a frame of this size; at least one.</summary>
    public PixelRegion In(int width, int height)
    {
        var (left, across) = Cropper.Interval(Left * width, Right * width, width);
        var (top, down) = Cropper.Interval(Top * height, Bottom * height, height);
        return new PixelRegion(left, top, across, down);
    }
}

/// <summary>A part of one frame, in whole pixels.</summary>
/// <param name="Left">Pixels left of it.</param>
/// <param name="Top">Rows above it.</param>
/// <param name="Width">Its pixels across.</param>
/// <param name="Height">Its rows.</param>
public readonly record struct PixelRegion(int Left, int Top, int Width, int Height)
{
    /// <summary>Its edges in the frame.</summary>
    public BoundingBox Box => new(Left, Top, Left + Width, Top + Height);

    /// <summary>Its pixels, where they lie in the frame: nothing is copied.</summary>
    /// <exception cref="ArgumentException">It does not lie inside the frame.</exception>
    public ImageView Of(in ImageView frame)
    {
        if (Left < 0 || Top < 0 || Width < 1 || Height < 1 || Left > frame.Width - Width || Top > frame.Height - Height)
            throw new ArgumentException($"{this} does not lie inside a frame of {frame.Width}x{frame.Height}.", nameof(frame));
        return new ImageView(frame.Address + (nint)(((long)Top * frame.Stride) + (Left * 3L)), Width, Height, frame.Stride);
    }

    /// <summary>Detections in its pixels become detections in the frame's.</summary>
    public void ToFrame(Span<Detection> detections)
    {
        foreach (ref var detection in detections)
        {
            var box = detection.Box;
            detection = detection with { Box = new BoundingBox(box.Left + Left, box.Top + Top, box.Right + Left, box.Bottom + Top) };
        }
    }
}
