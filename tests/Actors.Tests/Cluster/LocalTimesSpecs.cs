using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class LocalTimesSpecs
{
    private readonly LocalTimes _times = new();

    [Fact]
    public void Should_know_nothing_when_nothing_was_run() => Assert.Equal((null, null), (_times.RunPerCrop(Model), _times.Load(Model)));

    [Fact]
    public void Should_follow_what_crops_take_when_they_become_slower()
    {
        _times.Ran(Model, 8, Ms(32));
        Assert.Equal(Ms(4), _times.RunPerCrop(Model));

        for (var i = 0; i < 50; i++) _times.Ran(Model, 1, Ms(20));

        Assert.InRange(_times.RunPerCrop(Model)!.Value, Ms(19), Ms(20));
        Assert.Null(_times.RunPerCrop(OtherModel));
    }

    [Fact]
    public void Should_not_believe_a_jump_of_the_clock_when_one_comes()
    {
        _times.Ran(Model, 1, Ms(4));
        _times.Ran(Model, 1, TimeSpan.FromHours(5));
        _times.Ran(Model, 1, -TimeSpan.FromHours(5));

        Assert.InRange(_times.RunPerCrop(Model)!.Value, Ms(4), Ms(9));
    }

    [Fact]
    public void Should_know_loads_apart_when_both_were_seen()
    {
        _times.Loaded(Model, Ms(90));

        Assert.Equal((null, Ms(90)), (_times.RunPerCrop(Model), _times.Load(Model)));
    }
}
