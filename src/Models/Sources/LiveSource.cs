using System.Diagnostics;
using System.Text.RegularExpressions;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sources;

/// <summary>
/// A camera or a network stream through OpenCV. It does not reconnect: a read that fails is the end of it, and whoever wants it back
/// opens another. Its frames are made to fit the buffers they are read into.
/// </summary>
internal sealed partial class LiveSource : IFrameSource
{
    // OpenCV's CAP_PROP_OPEN_TIMEOUT_MSEC and CAP_PROP_READ_TIMEOUT_MSEC, which the wrapper does not name.
    private const int OpenTimeoutMsec = 53;
    private const int ReadTimeoutMsec = 54;

    private readonly string _name;
    private readonly string _hint;
    private readonly SourceOptions _options;
    private readonly Func<VideoCapture> _open;
    private readonly Stopwatch _clock = new();
    private CaptureReader? _reader;
    private long _read;

    private LiveSource(string name, string hint, SourceOptions options, Func<VideoCapture> open) => (_name, _hint, _options, _open) = (name, hint, options, open);

    /// <summary>The camera with this index.</summary>
    public static LiveSource Camera(int index, SourceOptions options) => new(
        $"Camera {index}",
        $"no camera answers there (on Linux: is there a /dev/video{index}, and may this user read it?)",
        options,
        () =>
        {
            var capture = new VideoCapture(index);
            // One buffered frame, where the driver listens: an older one is of no use to anybody.
            if (capture.IsOpened()) capture.Set(VideoCaptureProperties.BufferSize, 1);
            return capture;
        });

    /// <summary>The stream at this address.</summary>
    public static LiveSource Stream(string address, SourceOptions options) => new(
        $"Stream {WithoutPassword(address)}",
        $"nothing answered with a video within {options.OpenTimeout.TotalSeconds:0.#} s",
        options,
        () => new VideoCapture(address, VideoCaptureAPIs.FFMPEG,
        [
            OpenTimeoutMsec, (int)options.OpenTimeout.TotalMilliseconds,
            ReadTimeoutMsec, (int)options.ReadTimeout.TotalMilliseconds,
        ]));

    /// <inheritdoc/>
    public SourceInfo Open()
    {
        SourceErrors.RequireOpenCv(_name);
        var capture = _open();
        _reader = new CaptureReader(new OpenCvGrabber(capture), () => _clock.Elapsed);
        if (!capture.IsOpened()) throw new SourceOpenException($"{_name} cannot be opened: {_hint}.");
        if (_reader.DecodeFirst(_options.MaxPixels) is { } why) throw new SourceOpenException($"{_name} cannot be used: {why}.");
        _clock.Start();
        var (width, height) = _reader.Size;
        return new SourceInfo(true, width, height, _reader.FramesPerSecond, null, ImageView.PackedBytes(width, height));
    }

    /// <inheritdoc/>
    public SourceRead Read(PixelBuffer into)
    {
        var reader = _reader ?? throw new InvalidOperationException("The source is not open.");
        var next = reader.Next(into);
        if (next is SourceRead.Frame) _read++;
        return next switch
        {
            SourceRead.Lost lost => new SourceRead.Lost($"{_name} after {_read} frames: {lost.Reason}."),
            null => new SourceRead.Lost($"{_name} gave no more frames after {_read}: it was disconnected or ended."),
            _ => next,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }

    // Messages end up in logs; the password of a camera should not.
    private static string WithoutPassword(string address) => Credentials().Replace(address, "://***@");

    [GeneratedRegex("://[^/@]*@")]
    private static partial Regex Credentials();
}
