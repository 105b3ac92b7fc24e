namespace ActorPipeline.ClusterTests;

/// <summary>A box that stands still for a while, as one that swaps or sleeps.</summary>
public sealed class StandStillSpecs
{
    [LongNodeFact]
    public async Task Should_not_be_taken_for_dead_when_it_stands_still_within_the_pause()
    {
        using var street = new EndlessStreet();
        await using var box = await TestNode.StartAsync(Street.Box());
        await using var cam = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Source = street.Folder });
        await cam.WaitForHandedAsync(count: 5);

        box.Process.Freeze();
        await Task.Delay(TimeSpan.FromSeconds(2));
        box.Process.Thaw();

        await cam.WaitForHandedAsync();
        var there = cam.AssertSound(await cam.StopAsync(Street.Bound), TestNode.Interrupted);
        var here = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.Equal((0, 0), (there.Unreachable, here.Unreachable));
        Assert.True(here.Served >= there.Handed, $"{there}\n{here}");
    }

    [LongNodeFact]
    public async Task Should_take_no_answer_twice_and_hand_over_again_when_it_was_taken_for_dead()
    {
        string[] patient = ["acceptable-pause = 2 s", "down-after = 10 min"];
        using var street = new EndlessStreet();
        await using var box = await TestNode.StartAsync(Street.Box() with { Cluster = patient });
        await using var cam = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Source = street.Folder, Cluster = patient });
        await cam.WaitForHandedAsync(count: 5);

        box.Process.Freeze();
        await Task.Delay(TimeSpan.FromSeconds(10));
        await cam.WaitForOwnAsync();
        box.Process.Thaw();

        await cam.WaitForHandedAsync();
        var there = cam.AssertSound(await cam.StopAsync(Street.Bound), TestNode.Interrupted);
        var here = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.True(there.Unreachable > 0, $"{there}");
        Assert.True(here.Served >= there.Handed, $"{there}\n{here}");
    }
}
