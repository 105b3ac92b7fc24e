namespace ActorPipeline.Simulation;

public sealed class ClusterSimulatorSpecs
{
    private static readonly ClusterRecipe Recipe = new(60, Seed: 3, TimeSpan.FromSeconds(20)) { Site = 20, Deaths = 0.1 };

    [Fact]
    public void Should_give_the_same_when_the_seed_is_the_same() => Assert.Equal(ClusterSimulator.Run(Recipe), ClusterSimulator.Run(Recipe));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_lose_no_frame_when_nodes_die(bool handOff)
    {
        var result = ClusterSimulator.Run(Recipe with { HandOff = handOff });

        Assert.Equal(0, result.Lost);
        Assert.True(result is { Done: > 1000, Died: > 0 });
        Assert.Equal(handOff, result is { HandedOff: > 0, NotDone: > 0, DirectoryBytes: > 0 });
    }

    [Fact]
    public void Should_do_more_with_fewer_loads_and_bounded_queues_when_crops_are_handed_over()
    {
        var (with, without) = (ClusterSimulator.Run(Recipe), ClusterSimulator.Run(Recipe with { HandOff = false }));

        Assert.Equal(without.Captured, with.Captured);
        Assert.True(with.CropsPerSecond > without.CropsPerSecond * 1.1, $"{with.CropsPerSecond} against {without.CropsPerSecond}");
        Assert.True(with.Loads < without.Loads, $"{with.Loads} against {without.Loads}");
        Assert.InRange(with.MostBytes, 1, new Cluster.CreditLimits().Pool);
        Assert.InRange(with.MostBatches, 1, 19 * new Cluster.DeskLimits().MostEach);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Should_lose_no_frame_when_the_site_is_small_or_all_is_one(int seed)
    {
        Assert.Equal(0, ClusterSimulator.Run(Recipe with { Seed = seed, Nodes = 21, Site = 2 }).Lost);
        Assert.Equal(0, ClusterSimulator.Run(Recipe with { Seed = seed, Nodes = 60, Site = 60 }).Lost);
    }
}
