using ActorPipeline.Sinks;
using ActorPipeline.Support;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

public sealed class SinkActorSpecs : VirtualTimeKit
{
    private readonly TestProbe _pipeline;

    public SinkActorSpecs() => _pipeline = CreateTestProbe();

    [Fact]
    public void Should_take_frames_and_close_when_it_is_told_to()
    {
        var sink = new RecordingSink { DrawsPixels = true };
        var actor = Open(sink);

        Assert.Equal(new SinkOpened(3, true), _pipeline.ExpectMsg<SinkOpened>());
        actor.Tell(Frame(7));
        Assert.Equal(new Delivered(3, new FrameId(7)), _pipeline.ExpectMsg<Delivered>());
        actor.Tell(new CloseSink());
        _pipeline.ExpectMsg<SinkClosed>();
        Assert.True(sink.IsCompleted);
    }

    [Fact]
    public void Should_say_why_when_it_cannot_be_opened()
    {
        Open(new RecordingSink { FailsToOpen = "no such folder" });

        Assert.Equal(new SinkFailed(3, "no such folder"), _pipeline.ExpectMsg<SinkFailed>());
    }

    [Fact]
    public void Should_touch_nothing_more_when_it_has_failed()
    {
        var sink = new RecordingSink { FailsAt = 0 };
        var actor = Open(sink);
        _pipeline.ExpectMsg<SinkOpened>();

        // Both wait in its mailbox: by the time it comes to the second, the pixels of that frame are let go.
        actor.Tell(Frame(0));
        actor.Tell(Frame(1));
        actor.Tell(new CloseSink());

        _pipeline.ExpectMsg<SinkFailed>();
        Silent(_pipeline);
        Assert.Empty(sink.Numbers);
        Assert.False(sink.IsCompleted);
    }

    [Fact]
    public void Should_say_why_when_a_frame_cannot_be_kept()
    {
        var actor = Open(new RecordingSink { FailsAt = 0 });
        _pipeline.ExpectMsg<SinkOpened>();

        actor.Tell(Frame(0));

        Assert.Contains("disk is full", _pipeline.ExpectMsg<SinkFailed>().Reason);
    }

    [Fact]
    public void Should_log_it_when_a_sink_has_something_to_say()
    {
        Sys.EventStream.SetLogLevel(Akka.Event.LogLevel.WarningLevel);
        Sys.EventStream.Subscribe(TestActor, typeof(Akka.Event.Warning));

        Open(new RecordingSink { Warns = "the broker is away" });

        Assert.Equal("Sink of street: the broker is away", ExpectMsg<Akka.Event.Warning>().Message.ToString());
    }

    [Fact]
    public void Should_dispose_its_sink_when_it_stops()
    {
        var sink = new RecordingSink();
        var actor = Open(sink);
        _pipeline.ExpectMsg<SinkOpened>();

        Sys.Stop(actor);

        Eventually(() => Assert.True(sink.IsDisposed));
    }

    private IActorRef Open(RecordingSink sink)
    {
        var actor = _pipeline.ChildActorOf(Props.Create(() => new SinkActor(3, () => sink)));
        actor.Tell(new OpenSink(new SinkContext("street", 8, 8, 25)));
        return actor;
    }

    private static Deliver Frame(long number) =>
        new(new FrameId(number), new FrameReport(number, TimeSpan.Zero, null, 8, 8, "empty", null, 0, []), null);
}
