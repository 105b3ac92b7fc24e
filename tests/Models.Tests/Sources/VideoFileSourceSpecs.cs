using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sources;

public sealed class VideoFileSourceSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.avi")]
    [InlineData("a.mp4")]
    public void Should_read_every_frame_into_the_buffer_when_the_video_is_whole(string name)
    {
        using var source = FrameSources.Open(MakeVideo(name, 30));
        var info = source.Open();
        Assert.Equal(new SourceInfo(false, 64, 48, 25, 30, 64 * 48 * 3), info);
        using var pool = new PixelPool(1, info.FrameBytes);
        var buffer = pool.TryRent()!;
        for (var i = 0; i < 30; i++)
        {
            var frame = Assert.IsType<SourceRead.Frame>(source.Read(buffer));
            Assert.Equal((64, 48, (string?)null), (frame.Width, frame.Height, frame.Name));
            Assert.Equal(i * 40, frame.Position.TotalMilliseconds, 1.0);
            // Each frame is a grey of its own; the codec may be off by a few.
            Assert.InRange(buffer.Span[1000], (i * 8) - 6, (i * 8) + 6);
        }
        Assert.IsType<SourceRead.EndOfFile>(source.Read(buffer));
        Assert.IsType<SourceRead.EndOfFile>(source.Read(buffer));
        buffer.Release();
    }

    [Fact]
    public void Should_say_missing_empty_or_no_video_apart_when_it_cannot_be_opened()
    {
        Assert.Contains("does not exist", Fails(_folder.File("nowhere.avi")).Message);
        Assert.Contains("empty", Fails(_folder.Write("empty.avi", [])).Message);
        Assert.Contains("no video", Fails(_folder.Write("text.avi", "not a video at all"u8.ToArray())).Message);
        var whole = File.ReadAllBytes(MakeVideo("whole.mp4", 30));
        Assert.Contains("cut off", Fails(_folder.Write("headless.mp4", whole[..(whole.Length / 2)])).Message);
    }

    [Fact]
    public void Should_refuse_when_frames_are_larger_than_allowed()
    {
        using var source = FrameSources.Open(MakeVideo("large.avi", 2), new SourceOptions { MaxPixels = 1000 });
        Assert.Contains("64x48", Assert.Throws<SourceOpenException>(source.Open).Message);
    }

    [DataFact]
    public void Should_be_lost_with_both_counts_when_the_video_is_cut_off_half_way()
    {
        var whole = File.ReadAllBytes(TestData.Video);
        var (frames, end) = ReadAll(_folder.Write("cut.avi", whole[..(whole.Length / 2)]));
        Assert.InRange(frames, 300, 500);
        Assert.Contains($"after {frames} of 795 frames", Assert.IsType<SourceRead.Lost>(end).Reason);
    }

    [DataFact]
    public void Should_be_lost_when_the_file_is_truncated_under_it()
    {
        var path = _folder.Write("shrinking.avi", File.ReadAllBytes(TestData.Video));
        var (frames, end) = ReadAll(path, at =>
        {
            if (at != 20) return;
            using var file = File.OpenWrite(path);
            file.SetLength(file.Length / 4);
        });
        Assert.InRange(frames, 20, 500);
        Assert.IsType<SourceRead.Lost>(end);
    }

    [DataFact]
    public void Should_read_on_to_the_end_when_the_file_is_unlinked_under_it()
    {
        // The open file keeps its content until it is closed.
        var path = _folder.Write("vanishing.avi", File.ReadAllBytes(TestData.Video));
        var (frames, end) = ReadAll(path, at =>
        {
            if (at == 20) File.Delete(path);
        });
        Assert.Equal(795, frames);
        Assert.IsType<SourceRead.EndOfFile>(end);
    }

    private static (int Frames, SourceRead End) ReadAll(string path, Action<int>? at = null)
    {
        using var source = FrameSources.Open(path);
        using var pool = new PixelPool(1, source.Open().FrameBytes);
        var buffer = pool.TryRent()!;
        for (var frames = 0; ; frames++)
        {
            at?.Invoke(frames);
            if (source.Read(buffer) is not SourceRead.Frame and var end)
            {
                buffer.Release();
                return (frames, end);
            }
        }
    }

    private static SourceOpenException Fails(string path)
    {
        using var source = FrameSources.Open(path);
        var e = Assert.Throws<SourceOpenException>(source.Open);
        Assert.Contains(path, e.Message);
        return e;
    }

    private string MakeVideo(string name, int frames)
    {
        var path = _folder.File(name);
        OpenCvRuntime.EnsureLoaded();
        using var writer = new VideoWriter(path, VideoCaptureAPIs.FFMPEG, name.EndsWith("avi", StringComparison.Ordinal) ? FourCC.MJPG : FourCC.MP4V, 25, new Size(64, 48));
        for (var i = 0; i < frames; i++)
        {
            using var frame = new Mat(48, 64, MatType.CV_8UC3, Scalar.All(i * 8));
            writer.Write(frame);
        }
        return path;
    }
}
