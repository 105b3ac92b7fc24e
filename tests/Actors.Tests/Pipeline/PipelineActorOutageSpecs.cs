using System.Collections.Concurrent;
using ActorPipeline.Sources;
using ActorPipeline.Synthetic;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Cameras that go away and come back, under a whole pipeline.</summary>
public sealed class PipelineActorOutageSpecs : PipelineKit
{
    private readonly TestProbe _events;
    private readonly ConcurrentQueue<NumberedFrameSource> _made = new();

    public PipelineActorOutageSpecs()
    {
        _events = CreateTestProbe();
        Sys.EventStream.Subscribe(_events, typeof(SourceInterrupted));
        Sys.EventStream.Subscribe(_events, typeof(SourceResumed));
    }

    [Fact]
    public void Should_go_on_with_numbers_and_frames_and_count_its_outages_when_the_camera_comes_back()
    {
        BoardAnswers();
        Start(Settings(4, Sink("out")), Sources(Camera(30, lostAt: 20), Away(), Camera(30, lostAt: 5), Camera(10)));

        var began = ActorClock.Instant(Time);
        Assert.Contains("break off at frame 20", _events.ExpectMsg<SourceInterrupted>().Reason);
        AdvanceUntil(() => Assert.True(_events.HasMessages), TimeSpan.FromMilliseconds(500));
        var resumed = _events.ExpectMsg<SourceResumed>();
        Assert.Equal((2, new Serving.PipelineId("street")), (resumed.Attempts, resumed.Pipeline));
        Assert.True(resumed.Outage >= TimeSpan.FromSeconds(3) && resumed.At - resumed.Outage >= began);
        _events.ExpectMsg<SourceInterrupted>();
        AdvanceUntil(() => Assert.True(_events.HasMessages), TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, _events.ExpectMsg<SourceResumed>().Attempts);

        // The last one comes to its end, as no real camera does.
        var ended = Ended();
        Assert.Equal((35, 35, 2), (ended.Totals.Captured, ended.Totals.Concluded, ended.Interruptions));
        Assert.Equal((0, false), (ended.BuffersOutstanding, ended.Abandoned));
        Assert.Null(ended.Failure);
        var reports = SinkAt("out").Reports;
        Assert.Equal(ended.Totals.Classified, reports.Count);
        Assert.Equal(reports.Select(r => r.Frame).Order().Distinct(), reports.Select(r => r.Frame));
        Assert.Equal(reports.Select(r => r.Position).Order(), reports.Select(r => r.Position));
        Assert.Equal(0, _made.Sum(s => s.RulesBroken));
    }

    [Fact]
    public void Should_finish_what_was_captured_and_end_when_the_camera_stays_away_too_long()
    {
        BoardAnswers();
        var settings = Settings(4, Sink("out")) with { Reconnect = new ReconnectSettings { For = TimeSpan.FromSeconds(5) } };
        Start(settings, Sources([Camera(30, lostAt: 20), .. Enumerable.Range(0, 10).Select(_ => Away())]));

        AdvanceUntil(() => Assert.True(Root.HasMessages), TimeSpan.FromMilliseconds(500));

        var ended = Ended();
        Assert.Equal((20, 20, 1, 0), (ended.Totals.Captured, ended.Totals.Concluded, ended.Interruptions, ended.BuffersOutstanding));
        Assert.Contains("break off at frame 20", ended.Failure);
        Assert.Contains("did not come back", ended.Failure);
        Assert.True(SinkAt("out").IsCompleted);
    }

    [Fact]
    public void Should_end_at_once_and_well_when_it_is_drained_in_an_outage()
    {
        BoardAnswers();
        Start(Settings(4, Sink("out")), Sources(Camera(30, lostAt: 20)));
        _events.ExpectMsg<SourceInterrupted>();

        // No time passes: neither for the next try nor for the drain's bound.
        Pipeline.Tell(new DrainPipeline(DrainTimeout), Root);

        var ended = Ended();
        Assert.Null(ended.Failure);
        Assert.Equal((20, 20, 1), (ended.Totals.Captured, ended.Totals.Concluded, ended.Interruptions));
        Assert.Equal((0, false), (ended.BuffersOutstanding, ended.Abandoned));
    }

    [Fact]
    public void Should_not_wait_for_a_camera_when_it_breaks_off_after_the_drain_began()
    {
        BoardAnswers();
        var camera = new NumberedFrameSource(30, 8, 8, live: true) { BlockAt = 20, LostAt = 20 };
        Start(Settings(4, Sink("out")), Sources(camera));
        Eventually(() => Assert.True(camera.IsBlocked));
        Pipeline.Tell(new DrainPipeline(DrainTimeout), Root);
        Silent(Root);

        camera.Release();

        Assert.Null(Ended().Failure);
    }

    [Fact]
    public void Should_say_that_a_native_call_goes_on_when_a_cameras_read_blocks_past_the_drains_bound()
    {
        BoardAnswers();
        var camera = new NumberedFrameSource(30, 8, 8, live: true) { BlockAt = 20 };
        Start(Settings(4, Sink("out")), Sources(camera));
        Eventually(() => Assert.True(camera.IsBlocked));
        Pipeline.Tell(new DrainPipeline(DrainTimeout), Root);
        Silent(Root);

        Advance(DrainTimeout);

        var ended = Ended();
        Assert.True(ended.Abandoned);
        Assert.Equal(ended.Totals.Captured, ended.Totals.Concluded);
        camera.Release();
        Eventually(() => Assert.True(camera.IsDisposed));
    }

    private static NumberedFrameSource Camera(int frames, long? lostAt = null) => new(frames, 8, 8, live: true) { LostAt = lostAt };

    private static NumberedFrameSource Away() => new(1, 8, 8, live: true) { FailsToOpen = true };

    private Func<IFrameSource> Sources(params NumberedFrameSource[] sources)
    {
        var left = new ConcurrentQueue<NumberedFrameSource>(sources);
        return () =>
        {
            Assert.True(left.TryDequeue(out var source), "more sources were made than there are");
            _made.Enqueue(source);
            return source;
        };
    }
}
