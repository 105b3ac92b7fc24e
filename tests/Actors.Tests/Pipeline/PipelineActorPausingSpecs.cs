using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A pipeline that is paused, goes on, is drained, or comes to its end.</summary>
public sealed class PipelineActorPausingSpecs : PipelineKit
{
    private readonly TestProbe _events;

    public PipelineActorPausingSpecs()
    {
        _events = CreateTestProbe();
        Sys.EventStream.Subscribe(_events, typeof(PipelinePaused));
        Sys.EventStream.Subscribe(_events, typeof(FrameEntered));
    }

    [Fact]
    public void Should_finish_what_is_in_flight_and_let_nothing_in_when_it_is_paused()
    {
        var source = Numbers(100);
        Start(Settings(3, Sink("out")), source, lanes: 4, classifies: false);
        var posted = Enumerable.Range(0, 3).Select(_ => Posted()).ToArray();

        Pause(paused: true);
        foreach (var (work, from) in posted) Answer(work, from);

        Eventually(() => Assert.Equal([0L, 1, 2], SinkAt("out").Numbers));
        NoMorePosted();
        // One may have been read into a kit that was out already.
        Assert.InRange(source.Reads, 3, 4);
    }

    [Fact]
    public void Should_leave_out_no_frame_of_a_file_and_keep_its_accounts_when_it_is_paused_and_goes_on()
    {
        BoardAnswers();
        var source = new NumberedFrameSource(40, 8, 8) { BlockAt = 20 };
        Start(Settings(4, Sink("out")), source);
        Eventually(() => Assert.True(source.IsBlocked));
        Pause(paused: true);
        source.Release();
        Eventually(() => Assert.Equal(20, SinkAt("out").Numbers.Count()));

        Pause(paused: false);

        var ended = Ended();
        Assert.Equal((40, 40, 40, 0), (ended.Totals.Captured, ended.Totals.Concluded, ended.Totals.Classified, ended.BuffersOutstanding));
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (long)i), SinkAt("out").Numbers);
        Assert.Null(ended.Failure);
    }

    [Fact]
    public void Should_let_no_frame_in_between_when_it_tells_of_pause_and_resumption()
    {
        BoardAnswers();
        var source = new NumberedFrameSource(40, 8, 8) { BlockAt = 20 };
        Start(Settings(4), source);
        Eventually(() => Assert.True(source.IsBlocked));

        Pause(paused: true);
        Pause(paused: false);
        source.Release();
        Ended();

        var told = _events.ReceiveWhile<object>(null, TimeSpan.FromSeconds(1), static message => message, 42);
        Assert.Equal([20, 21], told.Select((message, place) => message is PipelinePaused ? place : -1).Where(place => place >= 0));
        Assert.Equal([true, false], told.OfType<PipelinePaused>().Select(p => p.Paused));
    }

    [Fact]
    public void Should_count_a_cameras_frames_as_overtaken_and_account_for_each_when_it_is_paused()
    {
        var told = CreateTestProbe();
        Sys.EventStream.Subscribe(told, typeof(FrameDropped));
        BoardAnswers();
        var source = new NumberedFrameSource(60, 8, 8, live: true) { BlockAt = 20 };
        Start(Settings(4, Sink("out")), source);
        Eventually(() => Assert.True(source.IsBlocked));
        Pause(paused: true);
        source.Release();

        // The camera is read to its end: nobody let its buffer grow stale.
        var ended = Ended();

        Assert.Equal((60, 60, 0), (ended.Totals.Captured, ended.Totals.Concluded, ended.BuffersOutstanding));
        var dropped = ended.Totals.Dropped["overtaken"];
        Assert.InRange(dropped, 40, 59);
        Assert.All(told.ReceiveN((int)dropped).Cast<FrameDropped>(), frame => Assert.Equal("overtaken", frame.Reason));
        Assert.All(SinkAt("out").Numbers, number => Assert.InRange(number, 0, 19));
    }

    [Fact]
    public void Should_change_nothing_when_it_is_paused_twice()
    {
        var source = new NumberedFrameSource(40, 8, 8) { BlockAt = 0 };
        Start(Settings(4), source);

        Assert.DoesNotContain("already", Pause(paused: true).Text);
        Assert.Contains("already", Pause(paused: true).Text);

        _events.ExpectMsg<PipelinePaused>();
        Silent(_events);
        source.Release();
    }

    [Fact]
    public void Should_foresee_nothing_more_for_its_detector_when_it_is_paused()
    {
        var source = new NumberedFrameSource(40, 8, 8) { BlockAt = 0 };
        Start(Settings(4), source);
        Assert.Equal(4, Board.FishForMessage<Foreseen>(f => f.Model == Cards.Detector).Count);

        Pause(paused: true);
        Assert.Equal(0, Board.FishForMessage<Foreseen>(f => f.Model == Cards.Detector).Count);
        Pause(paused: false);

        Assert.Equal(4, Board.FishForMessage<Foreseen>(f => f.Model == Cards.Detector).Count);
        source.Release();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_drain_as_ever_when_it_is_paused(bool live)
    {
        BoardAnswers();
        var source = new NumberedFrameSource(1000, 8, 8, live) { BlockAt = 20 };
        Start(Settings(4, Sink("out")), source);
        Eventually(() => Assert.True(source.IsBlocked));
        Pause(paused: true);

        Pipeline.Tell(new DrainPipeline(DrainTimeout), Root);
        source.Release();

        var ended = Ended();
        Assert.Equal((ended.Totals.Captured, 0, false), (ended.Totals.Concluded, ended.BuffersOutstanding, ended.Abandoned));
        Assert.Null(ended.Failure);
        // A camera is read until it is told to stop; what came in the pause is counted, and goes nowhere.
        Assert.InRange(ended.Totals.Captured, 20, live ? source.Reads : 20);
        Assert.All(SinkAt("out").Numbers, number => Assert.InRange(number, 0, 19));
    }

    [Fact]
    public void Should_refuse_when_it_is_draining()
    {
        var source = new NumberedFrameSource(1000, 8, 8) { BlockAt = 0 };
        Start(Settings(4), source);
        Pipeline.Tell(new DrainPipeline(DrainTimeout), Root);

        Pipeline.Tell(new SetPaused(7, Paused: true), Root);

        var answer = Root.ExpectMsg<ControlAnswered>();
        Assert.Equal((7, false), (answer.Control, answer.Done));
        Assert.Contains("is ending", answer.Text);
        source.Release();
    }

    [Fact]
    public void Should_have_the_detector_see_the_first_frame_after_a_pause_when_it_sees_only_some()
    {
        var seen = 0;
        BoardAnswers(_ =>
        {
            Interlocked.Increment(ref seen);
            return One;
        });
        var source = new NumberedFrameSource(6, 8, 8) { BlockAt = 2 };
        Start(Settings(4, Sink("out")) with { Tracking = new TrackingSettings { Enabled = true }, DetectEvery = 3 }, source);
        Eventually(() => Assert.True(source.IsBlocked));

        Pause(paused: true);
        Pause(paused: false);
        source.Release();
        Ended();

        // Frames 0, 2 and 5; without the pause 0 and 3.
        Assert.Equal(3, seen);
    }

    [Fact]
    public void Should_learn_nothing_for_its_window_from_lanes_that_idled_in_a_pause()
    {
        var (concluded, idle) = (CreateTestProbe(), 0L);
        Sys.EventStream.Subscribe(concluded, typeof(FrameConcluded));
        Board.SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            if (message is not Submit submit) return AutoPilot.KeepRunning;
            Time.Advance(TimeSpan.FromMilliseconds(40));
            ((Inference.DetectWork)submit.Work).Answer(One);
            submit.Work.Release();
            sender.Tell(new Completed(submit.Id) { LanesIdle = new TimeSpan(Interlocked.Read(ref idle)) });
            return AutoPilot.KeepRunning;
        }));
        var source = new NumberedFrameSource(80, 8, 8) { BlockAt = 50 };
        Start(Settings(4), source, classifies: false);
        Eventually(() => Assert.True(source.IsBlocked));

        Pause(paused: true);
        Advance(WindowControl.LongestGap / 2);
        Interlocked.Add(ref idle, (WindowControl.LongestGap / 2 * 2).Ticks);
        Pause(paused: false);
        source.Release();
        Ended();

        // Lanes never idled while frames were let in: the window only goes down.
        var windows = concluded.ReceiveWhile<FrameConcluded>(null, TimeSpan.FromSeconds(1), static message => (FrameConcluded)message, 80).Select(c => c.Window).ToList();
        Assert.Equal((80, 1), (windows.Count, windows[49]));
        Assert.Equal(windows.OrderDescending(), windows);
    }

    private ControlAnswered Pause(bool paused)
    {
        Pipeline.Tell(new SetPaused(1, paused), Root);
        var answer = Root.ExpectMsg<ControlAnswered>();
        Assert.True(answer.Done, answer.Text);
        return answer;
    }

    private void NoMorePosted()
    {
        // Counts of frames may still be reported; work may not.
        while (Board.HasMessages) Assert.IsNotType<Submit>(Board.ReceiveOne(TimeSpan.Zero));
        Silent(Board);
    }
}
