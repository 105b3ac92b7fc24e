using System.Text.Json;

namespace ActorPipeline.ClusterTests;

/// <summary>Two boxes: one with a camera and memory for one of its models at a time, one that holds the classifier for others.</summary>
internal static class SiteKit
{
    /// <summary>Longer than anything takes on a machine that others use too.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    // Engines are built once for a cache, which each run of the specs has anew: not worth it for a few frames.
    private const string NoEngines = "engines.enabled = false";

    /// <summary>The one that helps.</summary>
    public static NodePlan Box(SiteNode? at = null, int? port = null) => new()
    {
        Name = "box", At = at, Port = port ?? (at is null ? FreePort.Take() : 2552), Roles = ["inference"], More = [NoEngines],
    };

    /// <summary>The one with the camera, which knows the first.</summary>
    public static NodePlan Camera(NodePlan box, SiteNode? at = null) => new()
    {
        Name = "cam", At = at, Port = at is null ? FreePort.Take() : 2552, Roles = ["capture"], More = [NoEngines], Seeds = [box.Endpoint], Budget = "35 MiB", Frames = 120,
        Authority = box.Authority,
    };

    /// <summary>Starts one and waits until it listens.</summary>
    public static async Task<TestNode> StartAsync(NodePlan plan)
    {
        var node = await TestNode.StartAsync(plan.Seeds.Count > 0 ? plan : plan with { Seeds = [plan.Endpoint] });
        return node;
    }

    /// <summary>Waits until a neighbour has answered so many frames' crops, by what the camera wrote.</summary>
    public static async Task WaitForHandedAsync(this TestNode camera, int frames)
    {
        for (var lines = 1; Handed(camera) < frames; lines = camera.Results.Lines.Count + 1) await camera.Results.WaitForLinesAsync(lines, Bound);
    }

    /// <summary>Frames so far whose labels another node made.</summary>
    public static int Handed(TestNode camera) => camera.Results.Lines.Count(l => l.Line.TryGetProperty("nodes", out _));

    /// <summary>Each frame has one line, the sums add up, and no buffer is missing.</summary>
    public static void AssertSound(TestNode camera, JsonElement summary)
    {
        var frames = summary.GetProperty("frames");
        var captured = frames.GetProperty("captured").GetInt64();
        camera.Results.AssertEachFrameOnceInOrder(captured);
        Assert.Equal(captured, frames.GetProperty("classified").GetInt64() + frames.GetProperty("empty").GetInt64() + Sum(frames, "dropped") + Sum(frames, "failed"));
        Assert.Equal(0, summary.GetProperty("buffers").GetProperty("outstanding").GetInt64());
        Assert.All(frames.GetProperty("failed").EnumerateObject(), reason => Assert.Contains(reason.Name, (string[])["neighbour-lost", "neighbour-late", "void", "leaving", "late"]));
    }

    /// <summary>Crops that others classified for a node.</summary>
    public static long CropsElsewhere(JsonElement summary) => summary.GetProperty("cluster").GetProperty("handedOff").GetProperty("crops").GetInt64();

    /// <summary>Crops that a node classified for others.</summary>
    public static long CropsServed(JsonElement summary) => summary.GetProperty("cluster").GetProperty("served").GetProperty("crops").GetInt64();

    /// <summary>Other nodes that it heard of.</summary>
    public static long Heard(JsonElement summary) => summary.GetProperty("cluster").GetProperty("nodesHeard").GetInt64();

    private static long Sum(JsonElement frames, string reasons) => frames.GetProperty(reasons).EnumerateObject().Sum(r => r.Value.GetInt64());
}
