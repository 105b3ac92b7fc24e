using ActorPipeline.Vision;
using Microsoft.Extensions.Time.Testing;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

public sealed class LivePictureSpecs : IDisposable
{
    private static readonly FrameReport Report = new(7, TimeSpan.Zero, null, 1920, 1080, "classified", null, 5, [new ObjectReport(new BoundingBox(400, 200, 1200, 900), "person", 0.9f, [])]);

    private readonly FakeTimeProvider _time = new();
    private readonly LivePicture _picture;
    private readonly LivePictureSink _sink;

    public LivePictureSpecs()
    {
        _picture = new LivePicture(_time);
        _sink = new LivePictureSink(_picture);
        _sink.Open(new SinkContext("street", 1920, 1080, 10));
    }

    public void Dispose() => _sink.Dispose();

    private void Write(int width, int height)
    {
        using var frame = new Mat(height, width, MatType.CV_8UC3, new Scalar(200, 100, 50));
        _sink.Write(Report, new ImageView(frame.Data, width, height, (int)frame.Step()));
    }

    [Fact]
    public void Should_want_no_frame_when_nobody_looks()
    {
        Assert.False(_sink.TryWant());
        using (_picture.TryWatch()) Assert.True(_sink.TryWant());
        _sink.Write(Report, null);
        Assert.False(_sink.TryWant());
    }

    [Fact]
    public void Should_want_one_frame_at_a_time_and_no_more_than_anybody_could_see()
    {
        using var watching = _picture.TryWatch();
        Assert.True(_sink.TryWant());
        Assert.False(_sink.TryWant());
        Write(64, 48);
        Assert.False(_sink.TryWant());
        _time.Advance(LivePicture.Interval);
        Assert.True(_sink.TryWant());
    }

    [Fact]
    public async Task Should_show_all_who_look_the_same_picture_smaller_and_with_its_boxes()
    {
        using var watching = _picture.TryWatch();
        var (first, second) = (_picture.NextAsync(CancellationToken.None), _picture.NextAsync(CancellationToken.None));
        Assert.True(_sink.TryWant());
        Write(1920, 1080);

        Assert.Equal(await first, await second);
        using var shown = Cv2.ImDecode((await first).ToArray(), ImreadModes.Color);
        Assert.Equal((640, 360), (shown.Width, shown.Height));
        // The left edge of the box, where it lies in the smaller picture.
        var edge = shown.At<Vec3b>(200, 133);
        var ground = shown.At<Vec3b>(200, 67);
        Assert.True(Math.Abs(edge.Item0 - ground.Item0) + Math.Abs(edge.Item1 - ground.Item1) + Math.Abs(edge.Item2 - ground.Item2) > 60, $"{edge.Item0} {edge.Item1} {edge.Item2}");
    }

    [Fact]
    public void Should_let_no_more_look_than_may()
    {
        var watching = Enumerable.Range(0, LivePicture.MostViewers).Select(_ => _picture.TryWatch()).ToArray();
        Assert.All(watching, Assert.NotNull);
        Assert.Null(_picture.TryWatch());

        watching[0]!.Dispose();
        watching[0]!.Dispose();
        Assert.Equal(LivePicture.MostViewers - 1, _picture.Viewers);
        Assert.NotNull(_picture.TryWatch());
    }
}
