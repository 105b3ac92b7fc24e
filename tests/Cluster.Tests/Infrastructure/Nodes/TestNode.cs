using System.Text.Json;

namespace ActorPipeline.ClusterTests;

/// <summary>A node that runs: the real program with a configuration of its own, in a folder of its own.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    /// <summary>The exit code after an orderly drain that SIGINT or SIGTERM asked for.</summary>
    public const int Interrupted = 130;

    private readonly string _root;

    private TestNode(NodePlan plan, string root, NodeProcess process, JsonLines results)
    {
        (Plan, _root, Process, Results) = (plan, root, process, results);
    }

    /// <value>What it was made from.</value>
    public NodePlan Plan { get; }

    /// <value>The program.</value>
    public NodeProcess Process { get; }

    /// <value>What its pipeline found so far; empty where it has none.</value>
    public JsonLines Results { get; }

    /// <value>Its configuration.</value>
    public string Configuration => Path.Combine(_root, "node.conf");

    /// <value>Where it writes results, summary, timeline and trace.</value>
    public string Out => Path.Combine(_root, "out");

    /// <summary>Starts one. It runs, and is not yet part of anything, when this returns.</summary>
    public static async Task<TestNode> StartAsync(NodePlan plan)
    {
        var root = Owner.Folder(plan.Name);
        JsonLines? results = null;
        try
        {
            var configuration = Path.Combine(root, "node.conf");
            await File.WriteAllTextAsync(configuration, plan.ToHocon(root));
            results = new JsonLines(Path.Combine(root, "out", "results.jsonl"));
            string[] frames = plan.Frames is { } count ? ["--frames", $"{count}"] : [];
            var start = NodeStart.Product(["run", "--config", configuration, "--out", Path.Combine(root, "out"), "--json", .. frames, .. plan.Arguments]);
            var process = await NodeProcess.StartAsync(start with { At = plan.At, Folder = root, Cores = plan.Cores, Clock = plan.Clock, Environment = plan.Environment });
            return new TestNode(plan, root, process, results);
        }
        catch
        {
            results?.Dispose();
            Leftovers.TryDelete(root);
            throw;
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code, and the summary that it printed last.</returns>
    /// <exception cref="InvalidOperationException">It ended without one: with what it said.</exception>
    public async Task<(int Code, JsonElement Summary)> WaitForSummaryAsync(TimeSpan bound)
    {
        var code = await Process.WaitForExitAsync(bound);
        try
        {
            return (code, JsonElement.Parse(Process.Output.Last()));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{Plan.Name} ended ({code}) without a summary.\n{Process.Tell()}", e);
        }
    }

    /// <summary>Asks it to end, and waits for that.</summary>
    public Task<(int Code, JsonElement Summary)> StopAsync(TimeSpan bound)
    {
        Process.Terminate();
        return WaitForSummaryAsync(bound);
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Results.Dispose();
        Leftovers.TryDelete(_root);
    }
}
