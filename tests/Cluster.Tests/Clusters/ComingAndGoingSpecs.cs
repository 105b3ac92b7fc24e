namespace ActorPipeline.ClusterTests;

/// <summary>Nodes that leave, die and come, beside others that stay.</summary>
public sealed class ComingAndGoingSpecs
{
    [LongNodeFact]
    public async Task Should_be_served_by_those_that_are_there_when_boxes_are_started_anew_one_after_the_other()
    {
        using var street = new EndlessStreet();
        var plans = Know(Street.Box("a"), Street.Box("b"), Street.Cam() with { Source = street.Folder });
        await using var a = await TestNode.StartAsync(plans[0]);
        await using var b = await TestNode.StartAsync(plans[1]);
        await using var cam = await TestNode.StartAsync(plans[2]);
        await cam.Results.WaitForLinesAsync(l => !Street.Here(l) && Street.Outcome(l) == "classified", 5, Street.Bound);

        a.AssertSound(await a.StopAsync(Street.Bound), TestNode.Interrupted);
        await cam.WaitForHandedAsync("b");
        // The same name at the same place, and another life.
        await using var anew = await TestNode.StartAsync(a.Plan);
        b.AssertSound(await b.StopAsync(Street.Bound), TestNode.Interrupted);
        await cam.WaitForHandedAsync("a");

        var there = cam.AssertSound(await cam.StopAsync(Street.Bound), TestNode.Interrupted);
        var here = anew.AssertSound(await anew.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.Equal(["a", "b"], there.HandedTo.Keys.Order());
        Assert.True(here.Served > 0, $"{here}");
    }

    [LongNodeFact]
    public async Task Should_be_served_by_another_when_the_box_that_serves_is_killed()
    {
        using var street = new EndlessStreet();
        var plans = Know(Street.Box("a"), Street.Box("b"), Street.Cam() with { Source = street.Folder });
        await using var a = await TestNode.StartAsync(plans[0]);
        await using var b = await TestNode.StartAsync(plans[1]);
        await using var cam = await TestNode.StartAsync(plans[2]);
        await cam.Results.WaitForLinesAsync(l => !Street.Here(l) && Street.Outcome(l) == "classified", 5, Street.Bound);
        var serving = cam.Results.Lines.Last(l => Street.By("a")(l.Line) || Street.By("b")(l.Line));
        var (victim, other) = Street.By("a")(serving.Line) ? (a, b) : (b, a);

        victim.Process.Kill();
        await cam.WaitForHandedAsync(other.Plan.Name);

        cam.AssertSound(await cam.StopAsync(Street.Bound), TestNode.Interrupted, "neighbour-lost", "neighbour-late");
        var here = other.AssertSound(await other.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.True(here.Served > 0, $"{here}");
    }

    [LongNodeFact]
    public async Task Should_free_everything_and_serve_others_when_the_camera_it_works_for_is_killed()
    {
        string[] impatient = ["down-after = 8 s"];
        using var street = new EndlessStreet();
        await using var box = await TestNode.StartAsync(Street.Box() with { Cluster = impatient });
        await using var cam = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Source = street.Folder, Cluster = impatient });
        await cam.WaitForHandedAsync(count: 5);

        cam.Process.Kill();
        await using var another = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Name = "another", Source = street.Folder, Cluster = impatient });
        await another.WaitForHandedAsync();

        var there = another.AssertSound(await another.StopAsync(Street.Bound), TestNode.Interrupted);
        var here = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.True(here.Served > there.Handed, $"{there}\n{here}");
        Assert.Equal(2, here.Heard);
    }

    [LongNodeFact]
    public async Task Should_be_served_by_the_one_heard_last_when_two_have_the_same_name()
    {
        using var street = new EndlessStreet();
        var plans = Know(Street.Box(), Street.Box(), Street.Cam() with { Source = street.Folder });
        await using var box = await TestNode.StartAsync(plans[0]);
        await using var cam = await TestNode.StartAsync(plans[2]);
        await cam.WaitForHandedAsync(count: 5);

        await using var namesake = await TestNode.StartAsync(plans[1]);
        await cam.WaitForMoreAsync(60);
        var first = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);
        await cam.WaitForHandedAsync(count: 100);

        var there = cam.AssertSound(await cam.StopAsync(Street.Bound), TestNode.Interrupted);
        var second = namesake.AssertSound(await namesake.StopAsync(Street.Bound), TestNode.Interrupted);
        Assert.True(first.Served > 0 && second.Served > 0, $"{first}\n{second}");
        Assert.True(first.Served + second.Served >= there.Handed, $"{there}\n{first}\n{second}");
    }

    /// <summary>Each asks all of them, so that one that is started anew finds whoever is there.</summary>
    private static NodePlan[] Know(params NodePlan[] plans) => [.. plans.Select(p => p with { Seeds = [.. plans.Select(q => q.Endpoint)] })];
}
