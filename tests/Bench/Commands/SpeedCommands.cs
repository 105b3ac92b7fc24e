using System.CommandLine;
using ActorPipeline.Bench.Chain;

namespace ActorPipeline.Bench.Commands;

/// <summary>How fast the pipeline is, and what it costs beside the models' own work.</summary>
internal static class SpeedCommands
{
    /// <summary>All of them.</summary>
    public static Command[] All() => [Chain()];

    private static Command Chain()
    {
        var (json, rounds, frames) = (BenchOptions.Json(), BenchOptions.Rounds(), BenchOptions.Frames(400));
        var command = new Command("chain", "The pipeline against loops written by hand: over_bare, over_two_threads, of_limit, over_defaults, over_opencv_dnn, over_mlnet.") { json, rounds, frames };
        command.SetAction(async (parsed, _) => (await ChainBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames))).Print(parsed.GetValue(json)));
        return command;
    }
}
