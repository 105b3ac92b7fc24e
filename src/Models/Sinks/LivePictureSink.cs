using System.Buffers;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

/// <summary>Draws results into a smaller copy of a frame, for those who look at it now.</summary>
/// <param name="picture">Who looks, and where it is shown.</param>
public sealed class LivePictureSink(LivePicture picture) : ISelectiveSink
{
    /// <summary>Pixels across at most.</summary>
    public const int MostWidth = 640;

    private const int Quality = 75;

    private readonly ArrayBufferWriter<byte> _jpeg = new();
    private byte[] _pixels = [];

    /// <inheritdoc/>
    public bool DrawsPixels => true;

    /// <inheritdoc/>
    public bool TryWant() => picture.TryBegin();

    /// <inheritdoc/>
    public void Open(SinkContext context)
    {
        try
        {
            OpenCvRuntime.EnsureLoaded();
        }
        catch (OpenCvUnavailableException e)
        {
            throw new SinkException($"Live pictures of '{context.Pipeline}' cannot be drawn: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Write(FrameReport report, ImageView? pixels)
    {
        if (pixels is not { } frame)
        {
            picture.Skip();
            return;
        }
        try
        {
            picture.Show(Draw(report, frame));
        }
        catch (OpenCVException)
        {
            // A picture that is missed is no loss.
            picture.Skip();
        }
    }

    /// <inheritdoc/>
    public void Complete()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => picture.Skip();

    private unsafe byte[] Draw(FrameReport report, in ImageView frame)
    {
        var scale = Math.Min(1f, (float)MostWidth / frame.Width);
        var (width, height) = (Math.Max(1, (int)(frame.Width * scale)), Math.Max(1, (int)(frame.Height * scale)));
        var bytes = ImageView.PackedBytes(width, height);
        if (_pixels.Length < bytes) _pixels = GC.AllocateUninitializedArray<byte>(bytes);
        fixed (byte* address = _pixels)
        {
            var view = new ImageView((IntPtr)address, width, height, width * 3);
            PictureResize.Stretch(frame, view);
            using (var canvas = Mat.FromPixelData(height, width, MatType.CV_8UC3, view.Address, view.Stride)) FramePainter.Draw(canvas, scale == 1 ? report : Shrunk(report, scale));
            _jpeg.ResetWrittenCount();
            CropCodec.EncodeJpeg(view, Quality, _jpeg);
            return _jpeg.WrittenSpan.ToArray();
        }
    }

    private static FrameReport Shrunk(FrameReport report, float scale) => report with
    {
        Objects = [.. report.Objects.Select(o => o with { Box = new BoundingBox(o.Box.Left * scale, o.Box.Top * scale, o.Box.Right * scale, o.Box.Bottom * scale) })],
    };
}
