using System.Text.Json;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// Nodes of the street: a camera with memory for one of its two models at a time, and boxes with memory for both. Bounds are for a machine that
/// is busy with other things; nothing depends on how quick it is.
/// </summary>
internal static class Street
{
    /// <value>For a whole run, and for whatever is waited for within one.</value>
    public static readonly TimeSpan Bound = TimeSpan.FromMinutes(4);

    /// <value>The larger model fits in beside the buffers, the smaller does not then.</value>
    private const string OneAtATime = "36 MiB";

    /// <summary>A camera that runs out of memory with both models.</summary>
    /// <param name="seeds">Whom it asks to be let in.</param>
    public static NodePlan Cam(params IReadOnlyList<string> seeds) => new()
    {
        Name = "cam", Roles = ["capture"], Port = FreePort.Take(), Seeds = seeds, Budget = OneAtATime,
        // Engines are built once for a cache, which each run of the specs has anew.
        More = ["engines.enabled = false"],
    };

    /// <summary>A node that serves others, and founds the cluster where nobody else is named.</summary>
    public static NodePlan Box(string name = "box") => new()
    {
        Name = name, Roles = ["inference"], Port = FreePort.Take(), Lanes = 2, More = ["engines.enabled = false"],
    };

    /// <summary>Whether a frame's crops were classified on that node.</summary>
    public static Func<JsonElement, bool> By(string node) =>
        line => line.TryGetProperty("nodes", out var nodes) && nodes.TryGetProperty("classifier", out var name) && name.GetString() == node;

    /// <summary>Whether a frame's crops were classified by the node that captured it.</summary>
    public static bool Here(JsonElement line) => Outcome(line) == "classified" && !line.TryGetProperty("nodes", out _);

    /// <summary>What became of a frame.</summary>
    public static string Outcome(JsonElement line) => line.GetProperty("outcome").GetString()!;

    /// <summary>Waits until so many lines one after another are of nobody's work but this camera's own: what was in flight is over by then.</summary>
    public static async Task WaitForOwnAsync(this TestNode cam, int count = 12)
    {
        using var end = new CancellationTokenSource(Bound);
        for (var from = cam.Results.Lines.Count; ; from = cam.Results.Lines.Count)
        {
            end.Token.ThrowIfCancellationRequested();
            await cam.Results.WaitForLinesAsync(from + count, Bound);
            var lines = cam.Results.Lines.Skip(from).ToArray();
            if (lines.All(l => Here(l.Line) || Outcome(l.Line) == "empty") && lines.Any(l => Here(l.Line))) return;
        }
    }

    /// <summary>Waits until a box has classified so many frames from now on.</summary>
    public static Task WaitForHandedAsync(this TestNode cam, string box = "box", int count = 10) =>
        cam.Results.WaitForLinesAsync(By(box), count, Bound, cam.Results.Lines.Count);

    /// <summary>Waits for so many frames from now on.</summary>
    public static Task WaitForMoreAsync(this TestNode cam, int count) => cam.Results.WaitForLinesAsync(cam.Results.Lines.Count + count, Bound);

    /// <summary>Sums a summary up, and finds each captured frame once, in order.</summary>
    /// <param name="node">The node.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="code">How it should have.</param>
    /// <param name="failed">Reasons for which frames may have failed.</param>
    /// <returns>The summary's part of the cluster.</returns>
    public static ClusterPart AssertSound(this TestNode node, (int Code, JsonElement Summary) end, int code, params string[] failed)
    {
        var (actual, summary) = end;
        Assert.True(code == actual, $"{node.Plan.Name} ended with {actual}, not {code}.\n{node.Process.Tell()}");
        Assert.Equal(0, summary.GetProperty("buffers").GetProperty("outstanding").GetInt64());
        var frames = summary.GetProperty("frames");
        var captured = frames.GetProperty("captured").GetInt64();
        var reasons = Counts(frames.GetProperty("failed"));
        Assert.Equal(captured, frames.GetProperty("classified").GetInt64() + frames.GetProperty("empty").GetInt64() + Counts(frames.GetProperty("dropped")).Values.Sum() + reasons.Values.Sum());
        Assert.True(reasons.Keys.All(failed.Contains), $"{node.Plan.Name} had frames that failed: {frames}");
        if (node.Plan.Captures) node.Results.AssertEachFrameOnceInOrder(captured);
        return node.Plan.Enabled ? new ClusterPart(summary.GetProperty("cluster")) : default;
    }

    /// <summary>Numbers by their names.</summary>
    public static IReadOnlyDictionary<string, long> Counts(JsonElement counts) => counts.EnumerateObject().ToDictionary(c => c.Name, c => c.Value.GetInt64());
}

/// <summary>The part of a summary that is about the cluster.</summary>
internal readonly record struct ClusterPart(JsonElement Json)
{
    /// <value>Nodes it heard of.</value>
    public long Heard => Json.GetProperty("nodesHeard").GetInt64();

    /// <value>How often any of them was silent for too long.</value>
    public long Unreachable => Json.GetProperty("unreachable").GetInt64();

    /// <value>Crops that others classified for it.</value>
    public long Handed => Json.GetProperty("handedOff").GetProperty("crops").GetInt64();

    /// <value>The same by node.</value>
    public IReadOnlyDictionary<string, long> HandedTo => Street.Counts(Json.GetProperty("handedOff").GetProperty("by"));

    /// <value>How batches that it handed over ended.</value>
    public IReadOnlyDictionary<string, long> HandedBatches => Street.Counts(Json.GetProperty("handedOff").GetProperty("batches"));

    /// <value>Crops that it classified for others.</value>
    public long Served => Json.GetProperty("served").GetProperty("crops").GetInt64();

    /// <value>How batches that others handed to it ended.</value>
    public IReadOnlyDictionary<string, long> ServedBatches => Street.Counts(Json.GetProperty("served").GetProperty("batches"));

    public override string ToString() => Json.ToString();
}
