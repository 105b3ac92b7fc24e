using ActorPipeline.Catalog;
using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Service;
using ActorPipeline.Hosting.Web;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;

namespace ActorPipeline.Operations;

public class ServiceNoticesSpecs
{
    private static readonly PipelineId Street = new("street");

    private readonly ActorPipelineSettings _settings = SyntheticParts.Settings("street", "detector", "classifier");
    private readonly LiveState _state;
    private readonly ServiceNotices _notices;

    public ServiceNoticesSpecs() => (_state, _notices) = (new LiveState(_settings), new ServiceNotices(_settings.Serving));

    [Fact]
    public void Should_ask_for_more_time_only_while_models_are_looked_at()
    {
        Assert.DoesNotContain(_notices.At(_state, At(0)), Extends);

        Sample(1);
        Assert.Contains(_notices.At(_state, At(1)), Extends);

        Start(2);
        Assert.DoesNotContain(_notices.At(_state, At(2)), Extends);
    }

    [Fact]
    public void Should_be_ready_once_when_the_pipelines_begin()
    {
        Sample(0);
        Assert.DoesNotContain("READY=1", _notices.At(_state, At(0)));

        Start(1);

        Assert.Contains("READY=1", _notices.At(_state, At(1)));
        Assert.DoesNotContain("READY=1", _notices.At(_state, At(2)));
    }

    [Fact]
    public void Should_pat_the_watchdog_no_more_when_memory_is_not_read()
    {
        Run(until: 100);
        Assert.Contains("WATCHDOG=1", _notices.At(_state, At(101)));

        var said = _notices.At(_state, At(140));

        Assert.DoesNotContain("WATCHDOG=1", said);
        Assert.Contains("STATUS=memory was not read for 40 s", said);
    }

    [Fact]
    public void Should_pat_the_watchdog_no_more_when_a_pipeline_comes_to_no_outcome()
    {
        Run(until: 100);
        _state.Apply(new FrameEntered(At(100), Street, 1));
        for (var second = 100; second <= 190; second++) Sample(second);
        Assert.Contains("WATCHDOG=1", _notices.At(_state, At(189)));

        var said = _notices.At(_state, At(191));

        Assert.DoesNotContain("WATCHDOG=1", said);
        Assert.Contains("STATUS=pipeline 'street' has had no outcome for 91 s", said);
    }

    [Theory]
    [InlineData("paused")]
    [InlineData("away")]
    [InlineData("nothing in flight")]
    [InlineData("waits for memory")]
    public void Should_go_on_patting_when_nothing_is_to_be_expected(string why)
    {
        Run(until: 100);
        if (why != "nothing in flight") _state.Apply(new FrameEntered(At(100), Street, 1));
        if (why == "paused") _state.Apply(new PipelinePaused(At(100), Street, Paused: true));
        if (why == "away") _state.Apply(new SourceInterrupted(At(100), Street, "unplugged"));
        if (why == "waits for memory") _state.Apply(new ModelStateChanged(At(100), new ModelId("detector"), ModelState.AwaitingLease, "", Probe: false, null));
        Sample(500);

        Assert.Contains("WATCHDOG=1", _notices.At(_state, At(500)));
    }

    [Fact]
    public void Should_pat_no_more_when_the_process_has_to_be_started_anew()
    {
        Run(until: 10);
        _state.Apply(new RecycleRequired(At(10), "a run never came back"));

        Assert.DoesNotContain("WATCHDOG=1", _notices.At(_state, At(10)));
    }

    [Fact]
    public void Should_say_how_fast_it_is()
    {
        Run(until: 10);

        Assert.Contains(_notices.At(_state, At(10)), n => n.StartsWith("STATUS=street ", StringComparison.Ordinal) && n.EndsWith(" frames/s", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_say_nothing_when_the_run_is_over()
    {
        Run(until: 10);
        _state.Apply(new RunEnded(At(10), [], [], Stuck: false));

        Assert.Empty(_notices.At(_state, At(11)));
    }

    [Theory]
    [InlineData(null, 1000)]
    [InlineData("60000000", 1000)]
    [InlineData("900000", 300)]
    [InlineData("0", 1000)]
    [InlineData("-5", 1000)]
    [InlineData("soon", 1000)]
    public void Should_pat_three_times_in_the_span_of_the_watchdog(string? watchdog, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ServiceManager.Interval(watchdog));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static bool Extends(string notice) => notice.StartsWith("EXTEND_TIMEOUT_USEC=", StringComparison.Ordinal);

    private void Start(double second) => _state.Apply(new RunStarted(At(second), new Dictionary<ModelId, LoadReport>(), Bytes.Zero));

    private void Sample(double second) => _state.Apply(new MemorySampled(At(second), Bytes.Zero, Bytes.Zero, Bytes.Zero, Bytes.MiB(64), OverBudget: false, Bytes.Zero));

    /// <summary>Runs well: a frame and a sample each second.</summary>
    private void Run(int until)
    {
        Start(0);
        for (var second = 0; second <= until; second++)
        {
            Sample(second);
            _state.Apply(new FrameEntered(At(second), Street, 1));
            _state.Apply(new FrameConcluded(At(second), Street, new FrameId(second), FrameOutcome.Empty.Instance, At(0.01), 0, 1));
        }
    }
}
