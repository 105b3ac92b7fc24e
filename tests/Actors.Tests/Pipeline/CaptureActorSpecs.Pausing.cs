using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <content>What a pause does to kits, to a file and to a camera.</content>
public sealed partial class CaptureActorSpecs
{
    [Fact]
    public void Should_give_unused_kits_back_and_read_a_file_no_further_when_it_is_paused()
    {
        Begin(live: false);
        var (reading, waiting) = (Kit(), Kit());
        _capture.Tell(new KitGranted(reading));
        _capture.Tell(new KitGranted(waiting));
        _camera.ExpectMsg<Read>();

        Pause(paused: true);

        Assert.Same(waiting, _pipeline.ExpectMsg<KitReturned>().Kit);
        Assert.True(_pipeline.ExpectMsg<PauseCapture>().Paused);
        Give(reading.Pixels, "a");
        Silent(_pipeline);
        Silent(_camera);
    }

    [Fact]
    public void Should_hand_the_frame_on_that_was_read_meanwhile_when_a_file_goes_on()
    {
        Begin(live: false);
        var kit = Kit();
        _capture.Tell(new KitGranted(kit));
        _camera.ExpectMsg<Read>();
        Pause(paused: true);
        _pipeline.ExpectMsg<PauseCapture>();
        Give(kit.Pixels, "a");
        Advance(TimeSpan.FromMinutes(1));

        Pause(paused: false);

        Assert.False(_pipeline.ExpectMsg<PauseCapture>().Paused);
        var captured = _pipeline.ExpectMsg<FrameCaptured>();
        // It enters now: a minute of pause is no latency.
        Assert.Equal((kit, Telemetry.ActorClock.Instant(Time)), (captured.Kit, captured.At));
        var next = Kit();
        _capture.Tell(new KitGranted(next));
        Assert.Same(next.Pixels, _camera.ExpectMsg<Read>().Buffer);
    }

    [Fact]
    public void Should_give_the_kit_back_when_a_file_is_stopped_with_a_frame_that_waits_for_the_end_of_the_pause()
    {
        Begin(live: false);
        var kit = Kit();
        _capture.Tell(new KitGranted(kit));
        _camera.ExpectMsg<Read>();
        Pause(paused: true);
        _pipeline.ExpectMsg<PauseCapture>();
        Give(kit.Pixels, "a");

        _capture.Tell(new StopCapture());

        Assert.Same(kit, _pipeline.ExpectMsg<KitReturned>().Kit);
        _pipeline.ExpectMsg<CaptureEnded>();
        Pause(paused: false);
        _pipeline.ExpectMsg<PauseCapture>();
        Silent(_pipeline);
    }

    [Fact]
    public void Should_read_a_camera_on_and_count_its_frames_as_overtaken_when_it_is_paused()
    {
        Begin(live: true, spares: 2);
        var kit = Kit();
        _capture.Tell(new KitGranted(kit));

        Pause(paused: true);
        Assert.Same(kit, _pipeline.ExpectMsg<KitReturned>().Kit);
        _pipeline.ExpectMsg<PauseCapture>();
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            Give(_camera.ExpectMsg<Read>().Buffer, name);
            _pipeline.ExpectMsg<FrameOvertaken>();
        }
        Pause(paused: false);
        _pipeline.ExpectMsg<PauseCapture>();
        _capture.Tell(new KitGranted(kit));
        Silent(_pipeline);
        Give(_camera.ExpectMsg<Read>().Buffer, "e");

        Assert.Equal("e", Captured().Name);
    }

    [Fact]
    public void Should_overtake_the_frame_that_waits_for_a_kit_when_it_is_paused()
    {
        Begin(live: true, spares: 2);
        Give(_camera.ExpectMsg<Read>().Buffer, "a");

        Pause(paused: true);

        _pipeline.ExpectMsg<FrameOvertaken>();
        _pipeline.ExpectMsg<PauseCapture>();
        _capture.Tell(new SourceEnded(_camera.ExpectMsg<Read>().Buffer, null), _camera);
        Assert.Equal(2, _pipeline.ExpectMsg<CaptureEnded>().Spares.Distinct().Count());
    }

    private void Pause(bool paused) => _capture.Tell(new PauseCapture(1, paused));
}
