using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

/// <summary>What a frame of an annotated video is drawn on: always of one size. A frame without pixels is grey, with the reason.</summary>
/// <param name="context">Tells the largest frame; the canvas has the next even size.</param>
internal sealed class VideoCanvas(SinkContext context) : IDisposable
{
    private static readonly Scalar Grey = new(96, 96, 96);

    /// <summary>The picture.</summary>
    // MPEG-4 has chroma for every second pixel only.
    public Mat Picture { get; } = new(new Size(Math.Max(2, (context.MaxWidth + 1) & ~1), Math.Max(2, (context.MaxHeight + 1) & ~1)), MatType.CV_8UC3, Grey);

    /// <summary>Draws a frame with its result.</summary>
    public void Draw(FrameReport report, ImageView? pixels)
    {
        if (pixels is { } picture)
        {
            Paint(report, picture);
            return;
        }
        Picture.SetTo(Grey);
        FramePainter.Draw(Picture, report);
    }

    /// <inheritdoc/>
    public void Dispose() => Picture.Dispose();

    // Drawn on a copy, as others may be reading the frame; and in its own size, so that boxes and text stay sharp.
    private void Paint(FrameReport report, in ImageView picture)
    {
        using var source = Mat.FromPixelData(picture.Height, picture.Width, MatType.CV_8UC3, picture.Address, picture.Stride);
        if (picture.Width == Picture.Width && picture.Height == Picture.Height)
        {
            source.CopyTo(Picture);
            FramePainter.Draw(Picture, report);
            return;
        }
        using var drawn = source.Clone();
        FramePainter.Draw(drawn, report);
        var ratio = Math.Min((double)Picture.Width / picture.Width, (double)Picture.Height / picture.Height);
        int width = Math.Max(1, (int)(picture.Width * ratio)), height = Math.Max(1, (int)(picture.Height * ratio));
        Picture.SetTo(Grey);
        using var place = Picture.SubMat(new Rect((Picture.Width - width) / 2, (Picture.Height - height) / 2, width, height));
        Cv2.Resize(drawn, place, new Size(width, height));
    }
}
