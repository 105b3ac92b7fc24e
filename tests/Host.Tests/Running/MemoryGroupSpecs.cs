using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ActorPipeline.Hosting.Running;

/// <summary>The benchmark <c>cgroup</c>, short: the main job in a memory group that it has only just room in.</summary>
public sealed class MemoryGroupSpecs
{
    [MemoryGroupFact]
    public async Task Should_survive_with_an_outcome_for_each_frame_when_another_program_takes_memory_in_the_same_group()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ActorPipeline.Bench"), ["cgroup", "--runs", "1", "--frames", "60", "--json"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var bench = Process.Start(start)!;
        var (output, error) = (bench.StandardOutput.ReadToEndAsync(), bench.StandardError.ReadToEndAsync());
        await bench.WaitForExitAsync();

        Assert.True(bench.ExitCode == 0, await error);
        var figures = JsonNode.Parse((await output).TrimEnd().Split('\n')[^1])!["figures"]!;
        Assert.Equal((0, 60), ((double)figures["oom_kills"]!, (double)figures["frames"]!));
        Assert.True((double)figures["budget_lowest_mib"]! < 96);
    }
}
