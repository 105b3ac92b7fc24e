using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Web;

public class HealthViewSpecs
{
    private static readonly PipelineId Street = new("street");

    private readonly LiveState _state = new(SyntheticParts.Settings("street", "detector", "classifier"));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private HealthView View(double at) => HealthView.Of(_state, At(at));

    private void Begin()
    {
        _state.Apply(new RunStarted(At(1), new Dictionary<ModelId, LoadReport>(), Bytes.Zero));
        Sample(1);
    }

    private void Sample(double at) => _state.Apply(new MemorySampled(At(at), Bytes.Zero, Bytes.Zero, Bytes.Zero, Bytes.MiB(64), false, Bytes.Zero));

    [Fact]
    public void Should_live_and_not_be_ready_before_pipelines_begin()
    {
        var view = View(0);

        Assert.True(view.IsLive);
        Assert.Equal(["models are being looked at"], view.NotReady);
    }

    [Fact]
    public void Should_be_ready_when_pipelines_run()
    {
        Begin();

        Assert.True(View(2).IsReady);
    }

    [Fact]
    public void Should_not_be_ready_while_a_camera_is_away()
    {
        Begin();
        _state.Apply(new SourceInterrupted(At(2), Street, "no route"));
        Assert.Equal(["pipeline 'street': no route"], View(3).NotReady);

        _state.Apply(new SourceResumed(At(4), Street, 2, At(2)));
        Assert.True(View(5).IsReady);
    }

    [Fact]
    public void Should_not_be_ready_when_a_model_was_given_up()
    {
        Begin();
        _state.Apply(new ModelStateChanged(At(2), new ModelId("classifier"), ModelState.Failed, "the file is gone", Probe: false, Load: null));

        Assert.Equal(["model 'classifier': the file is gone"], View(3).NotReady);
        Assert.True(View(3).IsLive);
    }

    [Fact]
    public void Should_not_live_when_memory_is_not_read_any_more()
    {
        Begin();
        Assert.True(View(31).IsLive);
        Assert.False(View(32).IsLive);
        Sample(33);
        Assert.True(View(34).IsLive);
    }

    [Fact]
    public void Should_not_live_when_the_process_has_to_be_started_anew()
    {
        Begin();
        _state.Apply(new RecycleRequired(At(2), "a run never came back"));

        Assert.Equal(["a run never came back"], View(3).Dead);
        Assert.False(View(3).IsReady);
    }

    [Fact]
    public void Should_not_be_ready_when_the_run_is_over()
    {
        Begin();
        _state.Apply(new RunEnded(At(2), [], [], Stuck: false));

        Assert.Equal(["the run is over"], View(100).NotReady);
        Assert.True(View(100).IsLive);
    }
}
