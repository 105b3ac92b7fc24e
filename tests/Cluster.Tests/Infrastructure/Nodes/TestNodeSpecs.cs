namespace ActorPipeline.ClusterTests;

/// <summary>That a node's configuration is one, and that the program runs on it where specs say.</summary>
public sealed class TestNodeSpecs
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    // Built once for a cache, which each run of the specs has anew: not worth it for a few frames.
    private const string NoEngines = "engines.enabled = false";

    [NodeFact]
    public async Task Should_be_a_configuration_when_it_is_written()
    {
        using var authority = new TestAuthority();
        var plan = new NodePlan
        {
            Name = "a", Roles = ["capture"], Port = 2553, Seeds = ["127.0.0.1:2552", "127.0.0.1:2553"], Authority = authority,
            Cluster = ["down-after = 10 s"], Pipeline = ["deadline = 1 s"], More = ["shutdown.drain-timeout = 2 s"],
        };

        var (code, errors) = await CheckAsync(plan);
        // Until the program has a node mode, that is all it complains of.
        Assert.True(code == 0 || errors is [var only] && only.Contains("actor-pipeline.cluster: unknown key", StringComparison.Ordinal), string.Join('\n', errors));

        (code, errors) = await CheckAsync(plan with { Enabled = false });
        Assert.True(code == 0, string.Join('\n', errors));
    }

    [NodeFact]
    public async Task Should_give_its_results_and_summary_when_it_runs_to_its_end()
    {
        await using var node = await TestNode.StartAsync(new NodePlan { Name = "alone", Enabled = false, Frames = 4, More = [NoEngines] });

        var (code, summary) = await node.WaitForSummaryAsync(Bound);

        Assert.Equal(0, code);
        Assert.Equal(4, summary.GetProperty("frames").GetProperty("captured").GetInt64());
        node.Results.AssertEachFrameOnceInOrder(4);
    }

    [NetworkDataFact]
    public async Task Should_end_orderly_in_a_site_when_it_is_asked_to()
    {
        await using var site = SiteNetwork.Create("a");
        await using var node = await TestNode.StartAsync(new NodePlan
        {
            Name = "a", At = site["a"], Enabled = false,
            // Much to write about each frame, so that it is written soon.
            More = [NoEngines, "models.detector { score-threshold = 0, nms-iou = 1, max-detections = 1000 }"], Pipeline = ["only = [], max-crops = 1"],
        });
        await node.Results.WaitForLinesAsync(1, Bound);

        var (code, summary) = await node.StopAsync(Bound);

        Assert.Equal(TestNode.Interrupted, code);
        node.Results.AssertEachFrameOnceInOrder(summary.GetProperty("frames").GetProperty("captured").GetInt64());
    }

    private static async Task<(int Code, string[] Errors)> CheckAsync(NodePlan plan)
    {
        await using var check = await NodeProcess.StartAsync(NodeStart.Product("check", "--config", "node.conf") with { Prepare = folder => File.WriteAllText(Path.Combine(folder, "node.conf"), plan.ToHocon(folder)) });
        return (await check.WaitForExitAsync(Bound), [.. check.Errors]);
    }
}
