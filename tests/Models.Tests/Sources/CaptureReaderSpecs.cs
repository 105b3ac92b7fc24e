using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sources;

/// <summary>The camera is played: what it gives is what a spec hands to it.</summary>
public sealed class CaptureReaderSpecs : IDisposable
{
    private const int Width = 8;
    private const int Height = 6;

    private readonly PlayedGrabber _camera = new();
    private readonly PixelPool _pool = new(1, Width * Height * 3);
    private readonly PixelBuffer _buffer;

    public CaptureReaderSpecs()
    {
        OpenCvRuntime.EnsureLoaded();
        _buffer = _pool.TryRent()!;
    }

    public void Dispose()
    {
        _buffer.Release();
        _pool.Dispose();
        _camera.Dispose();
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(2, 24)]
    [InlineData(Height, Width)]
    public void Should_take_a_live_frame_as_it_is_when_it_has_another_shape_and_fits(int width, int height)
    {
        using var reader = Live(Picture(Width, Height, 10), Picture(width, height, 20), Picture(width, height, 30));

        Assert.Equal((Width, Height, 10), Read(reader));
        Assert.Equal((width, height, 20), Read(reader));
        Assert.Equal((width, height, 30), Read(reader));
    }

    [Theory]
    [InlineData(Width * 2, Height * 2, Width, Height)]
    [InlineData(Width * 4, Height, 16, 3)]
    [InlineData(Height, Width * 10, 1, 25)]
    [InlineData(1000, 1, 48, 1)]
    public void Should_shrink_a_live_frame_and_keep_its_shape_when_it_no_longer_fits(int width, int height, int fitWidth, int fitHeight)
    {
        using var reader = Live(Picture(Width, Height, 10), Picture(width, height, 20), Picture(width, height, 30), Picture(Width, Height, 40));
        Read(reader);

        Assert.Equal((fitWidth, fitHeight, 20), Read(reader));
        Assert.Equal((fitWidth, fitHeight, 30), Read(reader));
        // And back: what fits is not shrunk.
        Assert.Equal((Width, Height, 40), Read(reader));
    }

    [Fact]
    public void Should_shrink_the_first_frame_when_the_buffers_were_made_for_a_camera_with_smaller_ones()
    {
        using var reader = Live(Picture(Width * 3, Height * 3, 10), Picture(Width * 3, Height * 3, 20));

        Assert.Equal((Width, Height, 10), Read(reader));
        Assert.Equal((Width, Height, 20), Read(reader));
    }

    [Theory]
    [InlineData(1920, 1080)]
    [InlineData(1, 1_000_000)]
    [InlineData(333, 777)]
    [InlineData(7, 7)]
    public void Should_fill_the_buffer_as_far_as_the_shape_allows_when_a_size_is_fitted(int width, int height)
    {
        for (var capacity = 3; capacity < 3 * 200; capacity++)
        {
            var (fitWidth, fitHeight) = CaptureReader.Fit(width, height, capacity);
            Assert.InRange(fitWidth, 1, width);
            Assert.InRange(fitHeight, 1, height);
            Assert.True(fitWidth * fitHeight * 3 <= capacity);
            // One pixel more on both sides would be too much.
            Assert.True((fitWidth + 1) * (fitHeight + 1) * 3 > capacity || (fitWidth, fitHeight) == (width, height));
        }
    }

    [Fact]
    public void Should_fail_one_live_frame_and_go_on_when_it_is_garbage()
    {
        using var reader = Live(
            Picture(Width, Height, 10), null, new Mat(), new Mat(Height, Width, MatType.CV_8UC1, Scalar.All(20)), Picture(Width * 2, Height, 30), new Mat(),
            Picture(Width, Height, 40));
        Read(reader);

        Assert.Contains("cannot be decoded", Unreadable(reader));
        Assert.Contains("empty", Unreadable(reader));
        Assert.Contains("CV_8UC1", Unreadable(reader));
        Read(reader);
        Assert.Contains("empty", Unreadable(reader));
        Assert.Equal((Width, Height, 40), Read(reader));
    }

    [Fact]
    public void Should_be_lost_when_too_many_live_frames_in_a_row_are_garbage()
    {
        using var reader = Live(Picture(Width, Height, 10));
        Read(reader);
        for (var i = 1; i < CaptureReader.MostUnreadable; i++)
        {
            _camera.Frames.Enqueue(null);
            Unreadable(reader);
        }
        _camera.Frames.Enqueue(Picture(Width, Height, 20));
        Read(reader);

        for (var i = 1; i < CaptureReader.MostUnreadable; i++)
        {
            _camera.Frames.Enqueue(null);
            Unreadable(reader);
        }
        _camera.Frames.Enqueue(null);

        Assert.Contains("25 frames in a row", Assert.IsType<SourceRead.Lost>(reader.Next(_buffer)).Reason);
    }

    [Fact]
    public void Should_be_lost_when_a_files_frames_no_longer_fit_or_are_none()
    {
        using var grows = FileOf(Picture(Width, Height, 10), Picture(Width * 2, Height, 20));
        Read(grows);
        Assert.Contains("8x6 to 16x6", Assert.IsType<SourceRead.Lost>(grows.Next(_buffer)).Reason);

        using var turnsGrey = FileOf(Picture(Width, Height, 10), new Mat(Height, Width, MatType.CV_8UC1));
        Read(turnsGrey);
        Assert.IsType<SourceRead.Lost>(turnsGrey.Next(_buffer));

        using var breaksOff = FileOf(Picture(Width, Height, 10), null);
        Read(breaksOff);
        Assert.Null(breaksOff.Next(_buffer));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Should_make_next_to_no_garbage_when_frames_come_as_expected_or_are_shrunk(int times)
    {
        using var reader = Live(Picture(Width * times, Height * times, 10));
        _camera.Frames.Enqueue(Picture(Width * times, Height * times, 20));
        _camera.Again = true;
        for (var i = 0; i < 20; i++) reader.Next(_buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) reader.Next(_buffer);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 * 400);
    }

    private CaptureReader Live(params Mat?[] frames) => Opened(frames, () => TimeSpan.FromSeconds(1));

    private CaptureReader FileOf(params Mat?[] frames) => Opened(frames, null);

    private CaptureReader Opened(Mat?[] frames, Func<TimeSpan>? clock)
    {
        _camera.Frames.Clear();
        foreach (var frame in frames) _camera.Frames.Enqueue(frame);
        var reader = new CaptureReader(_camera, clock);
        Assert.Null(reader.DecodeFirst(1_000_000));
        return reader;
    }

    private static Mat Picture(int width, int height, int grey) => new(height, width, MatType.CV_8UC3, Scalar.All(grey));

    private (int Width, int Height, int Grey) Read(CaptureReader reader)
    {
        _buffer.Span.Clear();
        var frame = Assert.IsType<SourceRead.Frame>(reader.Next(_buffer));
        var pixels = _buffer.Span[..(frame.Width * frame.Height * 3)];
        Assert.Equal(-1, pixels.IndexOfAnyExcept(pixels[0]));
        return (frame.Width, frame.Height, pixels[0]);
    }

    private string Unreadable(CaptureReader reader) => Assert.IsType<SourceRead.Unreadable>(reader.Next(_buffer)).Reason;

    /// <summary>Gives what a spec put there: a picture, an empty one, or (null) one that cannot be decoded.</summary>
    private sealed class PlayedGrabber : IGrabber
    {
        private Mat? _now;

        public Queue<Mat?> Frames { get; } = new();

        /// <summary>The last picture comes again and again.</summary>
        public bool Again { get; set; }

        public int FrameWidth => Width;

        public int FrameHeight => Height;

        public double Fps => 25;

        public int FrameCount => 0;

        public double PositionMs => 0;

        public bool Grab()
        {
            if (Again && Frames.Count == 0) return true;
            return Frames.TryDequeue(out _now);
        }

        public bool Retrieve(Mat into)
        {
            if (_now is null) return false;
            _now.CopyTo(into);
            return true;
        }

        public void Dispose()
        {
        }
    }
}
