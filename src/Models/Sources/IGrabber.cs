using OpenCvSharp;

namespace ActorPipeline.Sources;

/// <summary>What a <see cref="CaptureReader"/> needs of an OpenCV capture; a spec plays a camera that misbehaves.</summary>
internal interface IGrabber : IDisposable
{
    /// <summary>Pixels across, as the source says before anything is decoded.</summary>
    int FrameWidth { get; }

    /// <summary>Pixels down, as the source says.</summary>
    int FrameHeight { get; }

    /// <summary>Nominal rate; of any value where the source has none.</summary>
    double Fps { get; }

    /// <summary>Frames the container says it has; none or fewer where it does not say.</summary>
    int FrameCount { get; }

    /// <summary>The last frame's time in the file, in milliseconds.</summary>
    double PositionMs { get; }

    /// <summary>Waits for the next frame; false where there is none.</summary>
    bool Grab();

    /// <summary>Decodes it into the header's memory, or into other memory where size or type differ; false where it cannot be decoded.</summary>
    /// <exception cref="OpenCVException">It cannot be decoded.</exception>
    bool Retrieve(Mat into);
}
