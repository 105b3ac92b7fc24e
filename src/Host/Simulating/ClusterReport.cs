using System.Globalization;
using System.Text.Json.Nodes;
using ActorPipeline.Simulation;

namespace ActorPipeline.Hosting.Simulating;

/// <summary>What hand-off brings to many nodes, and what it costs.</summary>
/// <param name="Recipe">What was simulated.</param>
/// <param name="With">With hand-off.</param>
/// <param name="Without">The same without.</param>
internal sealed record ClusterReport(ClusterRecipe Recipe, ClusterResult With, ClusterResult Without)
{
    /// <summary>Simulates both.</summary>
    public static ClusterReport Of(ClusterRecipe recipe) =>
        new(recipe, ClusterSimulator.Run(recipe with { HandOff = true }), ClusterSimulator.Run(recipe with { HandOff = false }));

    /// <summary>For programs; milliseconds and bytes.</summary>
    public JsonObject ToJson() => new()
    {
        ["nodes"] = Recipe.Nodes,
        ["site"] = Recipe.Site,
        ["seed"] = Recipe.Seed,
        ["seconds"] = Recipe.Length.TotalSeconds,
        ["handOff"] = Part(With),
        ["alone"] = Part(Without),
        ["framesRatio"] = Math.Round(With.FramesPerSecond / Math.Max(Without.FramesPerSecond, double.Epsilon), 3),
        ["cropsRatio"] = Math.Round(With.CropsPerSecond / Math.Max(Without.CropsPerSecond, double.Epsilon), 3),
        ["shareHandedOff"] = Math.Round(With.ShareHandedOff, 4),
        ["mostBatchesAtANeighbour"] = With.MostBatches,
        ["mostBytesAtANeighbour"] = With.MostBytes,
        ["directoryBytesPerNodePerSecond"] = Math.Round(With.DirectoryBytes, 1),
        ["lost"] = With.Lost + Without.Lost,
    };

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines()
    {
        yield return Invariant($"Simulated: {Recipe.Nodes} nodes in sites of {Recipe.Site}, {Recipe.Length.TotalSeconds:0.#} s, seed {Recipe.Seed}. What boxes and wires are like is drawn at random.");
        yield return "                 with hand-off   each alone";
        yield return Row("frames/s", With.FramesPerSecond, Without.FramesPerSecond);
        yield return Row("crops/s", With.CropsPerSecond, Without.CropsPerSecond);
        yield return Row("p50 ms", With.LatencyP50.TotalMilliseconds, Without.LatencyP50.TotalMilliseconds);
        yield return Row("p99 ms", With.LatencyP99.TotalMilliseconds, Without.LatencyP99.TotalMilliseconds);
        yield return Row("loads", With.Loads, Without.Loads);
        yield return Row("dropped", With.Dropped, Without.Dropped);
        yield return Row("failed", With.Failed, Without.Failed);
        yield return Row("died with node", With.Died, Without.Died);
        yield return Row("lost", With.Lost, Without.Lost);
        yield return Invariant($"  handed off     {With.ShareHandedOff * 100:0.0} % of the crops; {With.NotDone} batches refused or not answered");
        yield return Invariant($"  at a neighbour {With.MostBatches} batches at most, {new Bytes(With.MostBytes)} promised and there");
        yield return Invariant($"  directory      {With.DirectoryBytes:0} bytes a second from each node");
        yield return Invariant($"Handing over gives {With.FramesPerSecond / Math.Max(Without.FramesPerSecond, double.Epsilon):0.00} x the frames and {With.CropsPerSecond / Math.Max(Without.CropsPerSecond, double.Epsilon):0.00} x the crops.");
    }

    private static JsonObject Part(ClusterResult result) => new()
    {
        ["captured"] = result.Captured,
        ["done"] = result.Done,
        ["dropped"] = result.Dropped,
        ["failed"] = result.Failed,
        ["died"] = result.Died,
        ["framesPerSecond"] = Math.Round(result.FramesPerSecond, 1),
        ["cropsPerSecond"] = Math.Round(result.CropsPerSecond, 1),
        ["latencyMs"] = new JsonObject { ["p50"] = Math.Round(result.LatencyP50.TotalMilliseconds, 1), ["p99"] = Math.Round(result.LatencyP99.TotalMilliseconds, 1) },
        ["loads"] = result.Loads,
        ["notDone"] = result.NotDone,
    };

    private static string Row(string name, double with, double without) => Invariant($"  {name,-14} {with,13:0.#} {without,12:0.#}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
