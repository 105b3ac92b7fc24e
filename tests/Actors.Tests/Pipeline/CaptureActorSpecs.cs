using ActorPipeline.Sources;
using ActorPipeline.Support;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Camera and pipeline are probes.</summary>
public sealed partial class CaptureActorSpecs : VirtualTimeKit
{
    private readonly PixelPool _pool = new(6, 48);
    private readonly TestProbe _pipeline;
    private readonly TestProbe _camera;
    private readonly IActorRef _capture;

    public CaptureActorSpecs()
    {
        (_pipeline, _camera) = (CreateTestProbe(), CreateTestProbe());
        var (camera, time) = (_camera, (TimeProvider)Time);
        Func<IActorRefFactory, IActorRef> reader = _ => camera.Ref;
        _capture = _pipeline.ChildActorOf(Props.Create(() => new CaptureActor(reader, time)));
    }

    [Fact]
    public void Should_read_a_file_only_when_there_is_a_kit()
    {
        Begin(live: false);
        Silent(_camera);

        var kit = Kit();
        _capture.Tell(new KitGranted(kit));

        Assert.Same(kit.Pixels, _camera.ExpectMsg<Read>().Buffer);
        Give(kit.Pixels, "a");
        Assert.Equal(("a", kit), Captured());
        Silent(_camera);
    }

    [Fact]
    public void Should_keep_only_the_newest_live_frame_when_there_is_no_kit()
    {
        Begin(live: true, spares: 2);
        foreach (var name in new[] { "a", "b", "c" }) Give(_camera.ExpectMsg<Read>().Buffer, name);
        _pipeline.ExpectMsg<FrameOvertaken>();
        _pipeline.ExpectMsg<FrameOvertaken>();

        _capture.Tell(new KitGranted(Kit()));

        Assert.Equal("c", Captured().Name);
        Silent(_pipeline);
    }

    [Fact]
    public void Should_swap_buffers_and_not_copy_when_a_live_frame_meets_its_kit()
    {
        Begin(live: true, spares: 2);
        var kit = Kit();
        _capture.Tell(new KitGranted(kit));
        var read = _camera.ExpectMsg<Read>().Buffer;

        Give(read, "a");

        Assert.Same(read, Captured().Kit.Pixels);
        // The kit's own buffer is a spare now, and the one that is read into next.
        Assert.Same(kit.Pixels, _camera.ExpectMsg<Read>().Buffer);
    }

    [Fact]
    public void Should_stamp_the_moment_of_the_read_when_a_live_frame_waits_for_its_kit()
    {
        Begin(live: true, spares: 2);
        Give(_camera.ExpectMsg<Read>().Buffer, "a");
        _camera.ExpectMsg<Read>();
        var read = Telemetry.ActorClock.Instant(Time);
        Advance(TimeSpan.FromSeconds(1));

        _capture.Tell(new KitGranted(Kit()));

        Assert.Equal(read, _pipeline.ExpectMsg<FrameCaptured>().At);
    }

    [Fact]
    public void Should_give_everything_back_when_it_is_stopped_between_reads()
    {
        Begin(live: false);

        _capture.Tell(new StopCapture());
        Assert.Null(_pipeline.ExpectMsg<CaptureEnded>().Lost);
        var late = Kit();
        _capture.Tell(new KitGranted(late));

        Assert.Same(late, _pipeline.ExpectMsg<KitReturned>().Kit);
        Silent(_camera);
    }

    [Fact]
    public void Should_wait_for_the_read_that_goes_on_when_it_is_stopped()
    {
        Begin(live: false);
        var (reading, waiting) = (Kit(), Kit());
        _capture.Tell(new KitGranted(reading));
        _capture.Tell(new KitGranted(waiting));
        _camera.ExpectMsg<Read>();

        _capture.Tell(new StopCapture());
        Assert.Same(waiting, _pipeline.ExpectMsg<KitReturned>().Kit);
        Silent(_pipeline);
        Give(reading.Pixels, "late");

        Assert.Same(reading, _pipeline.ExpectMsg<KitReturned>().Kit);
        _pipeline.ExpectMsg<CaptureEnded>();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("unplugged")]
    public void Should_give_the_kit_back_and_say_how_it_ended_when_the_source_ends(string? lost)
    {
        Begin(live: false);
        var kit = Kit();
        _capture.Tell(new KitGranted(kit));
        _camera.ExpectMsg<Read>();

        _capture.Tell(new SourceEnded(kit.Pixels, lost), _camera);

        Assert.Same(kit, _pipeline.ExpectMsg<KitReturned>().Kit);
        Assert.Equal(lost, _pipeline.ExpectMsg<CaptureEnded>().Lost);
    }

    [Fact]
    public void Should_give_all_spares_back_when_a_live_source_ends_with_a_frame_that_waits()
    {
        Begin(live: true, spares: 2);
        Give(_camera.ExpectMsg<Read>().Buffer, "a");

        _capture.Tell(new SourceEnded(_camera.ExpectMsg<Read>().Buffer, "unplugged"), _camera);

        _pipeline.ExpectMsg<FrameOvertaken>();
        Assert.Equal(2, _pipeline.ExpectMsg<CaptureEnded>().Spares.Distinct().Count());
    }

    [Fact]
    public void Should_give_all_spares_back_when_the_camera_dies_in_a_read()
    {
        Begin(live: true, spares: 2);
        _camera.ExpectMsg<Read>();

        Sys.Stop(_camera);

        var ended = _pipeline.ExpectMsg<CaptureEnded>();
        Assert.Equal(2, ended.Spares.Distinct().Count());
        Assert.NotNull(ended.Lost);
    }

    [Fact]
    public void Should_tell_the_reader_to_wait_no_more_when_it_is_stopped_in_an_outage()
    {
        Begin(live: true, spares: 2);
        var read = _camera.ExpectMsg<Read>();
        _capture.Tell(new ReadInterrupted("unplugged"), _camera);
        Assert.Equal("unplugged", _pipeline.ExpectMsg<ReadInterrupted>().Reason);

        _capture.Tell(new StopCapture());
        _camera.ExpectMsg<StopReading>();
        _capture.Tell(new SourceEnded(read.Buffer, null), _camera);

        var ended = _pipeline.ExpectMsg<CaptureEnded>();
        Assert.Equal((2, (string?)null), (ended.Spares.Distinct().Count(), ended.Lost));
    }

    [Fact]
    public void Should_tell_the_reader_to_wait_no_more_when_the_camera_breaks_off_after_it_was_stopped()
    {
        Begin(live: true, spares: 2);
        _camera.ExpectMsg<Read>();
        _capture.Tell(new StopCapture());
        Silent(_camera);

        _capture.Tell(new ReadInterrupted("unplugged"), _camera);

        _camera.ExpectMsg<StopReading>();
    }

    [Fact]
    public void Should_wait_for_the_read_that_goes_on_when_the_camera_is_back_and_it_is_stopped()
    {
        Begin(live: true, spares: 2);
        _camera.ExpectMsg<Read>();
        _capture.Tell(new ReadInterrupted("unplugged"), _camera);
        _capture.Tell(new ReadResumed(3), _camera);
        _pipeline.ExpectMsg<ReadInterrupted>();
        Assert.Equal(3, _pipeline.ExpectMsg<ReadResumed>().Attempts);

        _capture.Tell(new StopCapture());

        Silent(_camera);
    }

    private void Begin(bool live, int spares = 0) =>
        _capture.Tell(new BeginCapture(live, [.. Enumerable.Range(0, spares).Select(_ => _pool.TryRent()!)]));

    private FrameKit Kit() => new(_pool.TryRent()!, null);

    private void Give(PixelBuffer buffer, string name) =>
        _capture.Tell(new FrameRead(buffer, new SourceRead.Frame(4, 4, TimeSpan.Zero, name)), _camera);

    private (string? Name, FrameKit Kit) Captured()
    {
        var captured = _pipeline.ExpectMsg<FrameCaptured>();
        return (((SourceRead.Frame)captured.Result).Name, captured.Kit);
    }
}
