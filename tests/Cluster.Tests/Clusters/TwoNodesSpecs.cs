namespace ActorPipeline.ClusterTests;

/// <summary>A camera and a box: the program as it is, on loopback.</summary>
public sealed class TwoNodesSpecs
{
    [NodeFact]
    public async Task Should_hand_crops_over_when_a_neighbour_serves_the_same_model()
    {
        await using var box = await TestNode.StartAsync(Street.Box());
        await using var cam = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Frames = 200 });

        var there = cam.AssertSound(await cam.WaitForSummaryAsync(Street.Bound), 0);
        var here = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);

        Assert.True(there.Handed > 0, $"{there}");
        Assert.Contains(cam.Results.Lines, l => Street.By("box")(l.Line));
        // An answer that came too late was made all the same.
        Assert.True(here.Served >= there.Handed, $"{there}\n{here}");
        Assert.Equal((1, 1), (there.Heard, here.Heard));
    }

    [NodeFact]
    public async Task Should_account_for_every_frame_when_a_neighbour_is_killed()
    {
        await using var box = await TestNode.StartAsync(Street.Box());
        await using var cam = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Frames = 200 });
        await cam.WaitForHandedAsync(count: 3);

        box.Process.Kill();

        var there = cam.AssertSound(await cam.WaitForSummaryAsync(Street.Bound), 0, "neighbour-lost", "neighbour-late");
        Assert.True(there.Handed > 0, $"{there}");
        Assert.Contains(cam.Results.Lines, l => Street.Here(l.Line));
    }

    [NodeFact]
    public async Task Should_run_as_without_a_cluster_when_nobody_answers()
    {
        await using var cam = await TestNode.StartAsync(Street.Cam($"127.0.0.1:{FreePort.Take()}") with { Frames = 60 });

        var (code, summary) = await cam.WaitForSummaryAsync(Street.Bound);

        var there = cam.AssertSound((code, summary), 0);
        Assert.Equal((0, 0), (there.Heard, there.Handed));
        // Its memory makes both take turns: what the specs beside this one rest on.
        foreach (var model in (string[])["detector", "classifier"]) Assert.True(summary.GetProperty("models").GetProperty(model).GetProperty("loads").GetInt64() > 2);
    }

    [NodeFact]
    public async Task Should_run_as_without_a_cluster_when_the_one_it_asks_is_of_another_authority()
    {
        using var authority = new TestAuthority();
        using var foreign = new TestAuthority("another");
        await using var box = await TestNode.StartAsync(Street.Box() with { Authority = foreign });
        await using var cam = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Authority = authority, Frames = 60 });
        // It was asked, and was not believed.
        await cam.Process.WaitForLineAsync("is not of this cluster's authority", Street.Bound);

        var there = cam.AssertSound(await cam.WaitForSummaryAsync(Street.Bound), 0);

        Assert.Equal((0, 0), (there.Heard, there.Handed));
        Assert.Equal(0, box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted).Heard);
    }

    [NodeFact]
    public async Task Should_hand_nothing_over_when_a_neighbour_has_other_bytes_under_the_same_name()
    {
        var folder = Owner.Folder("model");
        var model = Path.Combine(folder, "SqueezeNet_fp32.onnx");
        // ModelProto.metadata_props { key: "k", value: "v" }.
        await File.WriteAllBytesAsync(model, [.. await File.ReadAllBytesAsync(TestData.PathOf("models", "SqueezeNet_fp32.onnx")), 0x72, 6, 0x0A, 1, (byte)'k', 0x12, 1, (byte)'v']);
        await using var box = await TestNode.StartAsync(Street.Box());
        var plan = Street.Cam(box.Plan.Endpoint) with { Frames = 80 };
        await using var cam = await TestNode.StartAsync(plan with { More = [.. plan.More, $"models.classifier.path = \"{model}\""] });

        var there = cam.AssertSound(await cam.WaitForSummaryAsync(Street.Bound), 0);
        var here = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);

        Assert.Equal((1, 1), (there.Heard, here.Heard));
        Assert.Equal((0, 0), (there.Handed, here.Served));
        Assert.Empty(there.HandedBatches);
        Leftovers.TryDelete(folder);
    }

    [NodeFact]
    public async Task Should_hand_crops_over_with_those_of_its_authority_alone_when_nodes_have_certificates()
    {
        using var authority = new TestAuthority();
        using var foreign = new TestAuthority("another");
        await using var box = await TestNode.StartAsync(Street.Box() with { Authority = authority });
        await using var stranger = await TestNode.StartAsync(Street.Box("stranger") with { Authority = foreign, Seeds = [box.Plan.Endpoint] });
        await using var plain = await TestNode.StartAsync(Street.Box("plain") with { Seeds = [box.Plan.Endpoint] });
        // It has tried, and was not believed.
        await stranger.Process.WaitForLineAsync("is not of this cluster's authority", Street.Bound);
        await using var cam = await TestNode.StartAsync(Street.Cam(box.Plan.Endpoint) with { Authority = authority, Frames = 120 });

        var there = cam.AssertSound(await cam.WaitForSummaryAsync(Street.Bound), 0);
        Assert.True(there.Handed > 0, $"{there}");

        // Akka would end a node whose neighbour does not prove who it is; here it goes on, alone.
        Assert.Equal(0, stranger.AssertSound(await stranger.StopAsync(Street.Bound), TestNode.Interrupted).Heard);
        Assert.Equal(0, plain.AssertSound(await plain.StopAsync(Street.Bound), TestNode.Interrupted).Heard);
        var here = box.AssertSound(await box.StopAsync(Street.Bound), TestNode.Interrupted);
        // The camera alone.
        Assert.Equal(1, here.Heard);
        Assert.True(here.Served >= there.Handed, $"{there}\n{here}");
    }
}
