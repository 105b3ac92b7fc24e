using OpenCvSharp;

namespace ActorPipeline.Sources;

/// <summary>An OpenCV capture, which it owns.</summary>
internal sealed class OpenCvGrabber(VideoCapture capture) : IGrabber
{
    /// <inheritdoc/>
    public int FrameWidth => capture.FrameWidth;

    /// <inheritdoc/>
    public int FrameHeight => capture.FrameHeight;

    /// <inheritdoc/>
    public double Fps => capture.Fps;

    /// <inheritdoc/>
    public int FrameCount => capture.FrameCount;

    /// <inheritdoc/>
    public double PositionMs => capture.Get(VideoCaptureProperties.PosMsec);

    /// <inheritdoc/>
    public bool Grab() => capture.Grab();

    /// <inheritdoc/>
    public bool Retrieve(Mat into) => capture.Retrieve(into);

    /// <inheritdoc/>
    public void Dispose() => capture.Dispose();
}
