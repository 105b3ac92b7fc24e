namespace ActorPipeline.ClusterTests;

/// <summary>Nodes whose clocks do not agree: nothing that crosses the wire is a time of day.</summary>
public sealed class NodeClockSpecs
{
    [LongWallClockTheory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Should_be_served_as_ever_when_the_neighbours_wall_clock_is_wrong(int hours)
    {
        using var clock = new NodeClock(wall: TimeSpan.FromHours(hours));
        await RunAsync(clock, () => { });
    }

    [LongWallClockTheory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task Should_be_served_as_ever_when_the_neighbours_wall_clock_is_set(int hours)
    {
        using var clock = new NodeClock(wall: TimeSpan.Zero);
        await RunAsync(clock, () => clock.SetWall(TimeSpan.FromHours(hours)));
    }

    [LongMonotonicClockFact]
    public async Task Should_be_served_as_ever_when_the_neighbours_monotonic_clock_began_elsewhere()
    {
        using var clock = new NodeClock(monotonic: TimeSpan.FromDays(30));
        await RunAsync(clock, () => { });
    }

    private static async Task RunAsync(NodeClock clock, Action meanwhile)
    {
        using var street = new EndlessStreet();
        await using var box = await TestNode.StartAsync(Street.Box() with { Clock = clock });
        await using var cam = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Source = street.Folder });
        await cam.WaitForHandedAsync(count: 5);

        meanwhile();

        await cam.WaitForHandedAsync();
        var there = cam.AssertSound(await cam.StopAsync(Street.Bound), TestNode.Interrupted);
        var here = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.True(here.Served >= there.Handed, $"{there}\n{here}");
        Assert.Equal((1, 1), (there.Heard, here.Heard));
    }
}
