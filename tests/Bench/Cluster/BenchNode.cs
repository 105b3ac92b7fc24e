using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ActorPipeline.Bench.Cluster;

/// <summary>What a node of a benchmark is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Port">Its port on loopback; the first node's is everybody's seed.</param>
/// <param name="Roles">What it does.</param>
internal sealed record BenchNodePlan(string Name, int Port, string Roles)
{
    /// <value>The core that it is held to; null for any.</value>
    public int? Core { get; init; }

    /// <value>Its budget; null for the configuration's.</value>
    public Bytes? Budget { get; init; }

    /// <value>Frames of the video; null for all.</value>
    public int? Frames { get; init; }

    /// <value>Whether it is a node at all.</value>
    public bool InCluster { get; init; } = true;

    /// <value>Further keys.</value>
    public IReadOnlyList<string> Sets { get; init; } = [];
}

/// <summary>The program as a node of its own, on the street's configuration with one lane. It ends with this.</summary>
internal sealed class BenchNode : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    /// <param name="plan">What it is.</param>
    /// <param name="folder">For what it writes.</param>
    /// <param name="seed">The port of the node that founds the cluster.</param>
    public BenchNode(BenchNodePlan plan, string folder, int seed)
    {
        Plan = plan;
        Out = Path.Combine(folder, plan.Name);
        var sets = new List<string> { "actor-pipeline.serving.lanes=1" };
        if (plan.Budget is { } budget) sets.Add($"actor-pipeline.memory.budget={budget.Count}B");
        if (plan.InCluster)
        {
            sets.AddRange(
            [
                "actor-pipeline.cluster.enabled=true", $"actor-pipeline.cluster.node={plan.Name}", $"actor-pipeline.cluster.port={plan.Port}",
                $"actor-pipeline.cluster.roles=[{plan.Roles}]", $"actor-pipeline.cluster.seed-nodes=[\"127.0.0.1:{seed}\"]",
            ]);
        }
        sets.AddRange(plan.Sets);
        List<string> arguments = [Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll"), "run", "--config", BenchData.StreetConfiguration, "--out", Out, "--json"];
        foreach (var set in sets) arguments.AddRange(["--set", set]);
        if (plan.Frames is { } frames) arguments.AddRange(["--frames", frames.ToString(CultureInfo.InvariantCulture)]);
        var start = new ProcessStartInfo(plan.Core is null ? "dotnet" : "taskset") { RedirectStandardOutput = true, RedirectStandardError = true };
        if (plan.Core is { } core) foreach (var word in (string[])["-c", core.ToString(CultureInfo.InvariantCulture), "dotnet"]) start.ArgumentList.Add(word);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["ACTORPIPELINE_CACHE"] = Path.Combine(folder, "cache");
        _process = Process.Start(start)!;
        (_output, _error) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
    }

    /// <summary>What it is.</summary>
    public BenchNodePlan Plan { get; }

    /// <summary>What it writes to.</summary>
    public string Out { get; }

    /// <summary>Its process.</summary>
    public int Id => _process.Id;

    /// <summary>Its results so far.</summary>
    public string Results => Path.Combine(Out, "results.jsonl");

    /// <summary>Ends it without a word.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its summary.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<JsonObject> SummaryAsync()
    {
        using var longest = new CancellationTokenSource(Longest);
        await _process.WaitForExitAsync(longest.Token);
        if (_process.ExitCode is not (0 or 130)) throw new InvalidOperationException($"Node {Plan.Name} ended with {_process.ExitCode}: {await _error}");
        return JsonNode.Parse((await _output).TrimEnd().Split('\n')[^1])!.AsObject();
    }

    /// <summary>Asks it to drain and leave.</summary>
    public async Task<JsonObject> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        return await SummaryAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }
}
