using ActorPipeline.Catalog;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class LoadWatchSpecs
{
    private readonly LocalTimes _times = new();
    private readonly LoadWatch _watch;

    public LoadWatchSpecs() => _watch = new LoadWatch(_times);

    [Fact]
    public void Should_learn_the_time_from_the_wish_to_the_memory_when_a_model_was_loaded()
    {
        Changed(1, ModelState.AwaitingLease);
        Changed(3, ModelState.Loading);
        Changed(4, ModelState.Ready);

        Assert.Equal(At(3), _times.Load(Model));
    }

    [Fact]
    public void Should_count_from_the_first_wish_when_a_load_had_to_be_tried_again()
    {
        Changed(1, ModelState.AwaitingLease);
        Changed(2, ModelState.Loading);
        Changed(3, ModelState.BackingOff);
        Changed(4, ModelState.AwaitingLease);
        Changed(6, ModelState.Ready);

        Assert.Equal(At(5), _times.Load(Model));
    }

    [Theory]
    [InlineData(ModelState.Unloaded)]
    [InlineData(ModelState.Failed)]
    [InlineData(ModelState.Draining)]
    public void Should_learn_nothing_when_nobody_wants_it_any_more(ModelState state)
    {
        Changed(1, ModelState.AwaitingLease);
        Changed(2, state);
        Changed(9, ModelState.Ready);

        Assert.Null(_times.Load(Model));
    }

    [Fact]
    public void Should_learn_nothing_when_it_is_a_probe_or_the_model_is_not_shared()
    {
        Changed(1, ModelState.AwaitingLease, probe: true);
        Changed(2, ModelState.Ready, probe: true);
        _watch.Changed(Change(3, ModelState.AwaitingLease), null);
        _watch.Changed(Change(4, ModelState.Ready), null);

        Assert.Null(_times.Load(Model));
    }

    [Fact]
    public void Should_learn_nothing_when_the_clock_went_back()
    {
        Changed(5, ModelState.AwaitingLease);
        Changed(4, ModelState.Ready);

        Assert.Null(_times.Load(Model));
    }

    private static ModelStateChanged Change(double at, ModelState state, bool probe = false) => new(At(at), Cards.Classifier, state, "", probe, null);

    private void Changed(double at, ModelState state, bool probe = false) => _watch.Changed(Change(at, state, probe), Model);
}
