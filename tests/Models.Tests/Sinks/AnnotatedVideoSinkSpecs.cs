using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

public sealed class AnnotatedVideoSinkSpecs : IDisposable
{
    private static readonly SinkContext Context = new("street", 321, 240, 10);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.avi")]
    [InlineData("out.mp4")]
    public void Should_write_every_frame_with_its_boxes_when_sizes_differ_and_pixels_are_missing(string name)
    {
        var path = _folder.File("new/" + name);
        using var same = new TestPicture(321, 240, (x, y) => (128, 128, 128));
        using var tall = new TestPicture(100, 400, (x, y) => (128, 128, 128));
        using (var sink = FrameSinks.Create(new SinkDescription("video", path)))
        {
            Assert.True(sink.DrawsPixels);
            sink.Open(Context);
            for (var i = 0; i < 10; i++) sink.Write(Report(i), (i % 3) switch { 0 => same.View, 1 => tall.View, _ => null });
            sink.Complete();
        }
        // Drawn on a copy: the frame's own pixels are untouched.
        Assert.All(same.Pixels.ToArray(), p => Assert.Equal(128, p));
        using var capture = new VideoCapture(path);
        using var frame = new Mat();
        for (var i = 0; i < 10; i++)
        {
            Assert.True(capture.Read(frame));
            Assert.Equal((322, 240), (frame.Width, frame.Height));
            if (i != 0) continue;
            var expected = FramePainter.ColourOf("person");
            var edge = frame.At<Vec3b>(120, 60);
            Assert.True(Math.Abs(edge.Item0 - expected.Val0) + Math.Abs(edge.Item1 - expected.Val1) + Math.Abs(edge.Item2 - expected.Val2) < 120, $"The box's edge is {edge.Item0},{edge.Item1},{edge.Item2}.");
        }
        Assert.False(capture.Read(frame));
    }

    [Fact]
    public void Should_name_path_and_cause_when_it_cannot_be_opened()
    {
        Assert.Contains(".mkv", Opening("out.mkv").Message);
        Directory.CreateDirectory(_folder.File("folder.avi"));
        Assert.Contains("folder.avi", Opening("folder.avi").Message);
        _folder.Write("file", [1]);
        Assert.Contains("folder", Opening("file/out.avi").Message);
    }

    [Fact]
    public void Should_say_so_when_the_disk_is_full()
    {
        if (!File.Exists("/dev/full")) return;
        File.CreateSymbolicLink(_folder.File("full.avi"), "/dev/full");
        using var picture = new TestPicture(321, 240, (x, y) => ((byte)(x * y), (byte)x, (byte)y));
        using var sink = FrameSinks.Create(new SinkDescription("video", _folder.File("full.avi")));
        Assert.Contains("full.avi", Assert.Throws<SinkException>(() =>
        {
            sink.Open(Context);
            for (var i = 0; i < 50; i++) sink.Write(Report(i), picture.View);
            sink.Complete();
        }).Message);
    }

    [Fact]
    public void Should_say_so_when_the_file_was_taken_away()
    {
        var path = _folder.File("out.avi");
        using var picture = new TestPicture(321, 240, (x, y) => default);
        using var sink = FrameSinks.Create(new SinkDescription("video", path));
        sink.Open(Context);
        sink.Write(Report(0), picture.View);
        File.Delete(path);
        Assert.Contains(path, Assert.Throws<SinkException>(sink.Complete).Message);
    }

    private static FrameReport Report(long frame) => new(frame, TimeSpan.FromMilliseconds(frame * 100), null, 321, 240, "classified", null, 2,
        [new ObjectReport(new BoundingBox(60, 60, 200, 180), "person", 0.9f, [new LabelReport("cloak, ü", 0.4f)])]);

    private SinkException Opening(string name)
    {
        using var sink = FrameSinks.Create(new SinkDescription("video", _folder.File(name)));
        return Assert.Throws<SinkException>(() => sink.Open(Context));
    }
}
