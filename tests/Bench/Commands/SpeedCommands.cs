using System.CommandLine;
using ActorPipeline.Bench.Allocation;
using ActorPipeline.Bench.Chain;

namespace ActorPipeline.Bench.Commands;

/// <summary>How fast the pipeline is, and what it costs beside the models' own work.</summary>
internal static class SpeedCommands
{
    /// <summary>All of them.</summary>
    public static Command[] All() => [Chain(), Alloc()];

    private static Command Chain()
    {
        var (json, rounds, frames) = (BenchOptions.Json(), BenchOptions.Rounds(), BenchOptions.Frames(400));
        var command = new Command("chain", "The pipeline against loops written by hand: over_bare, over_two_threads, of_limit, over_defaults, over_opencv_dnn, over_mlnet.") { json, rounds, frames };
        command.SetAction(async (parsed, _) => (await ChainBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Alloc()
    {
        var (json, frames) = (BenchOptions.Json(), BenchOptions.Frames(10_000));
        var warmUp = new Option<int>("--warm-up") { Description = "Frames before anything counts.", DefaultValueFactory = _ => 1000 };
        var real = new Option<bool>("--real") { Description = "With the seed pair on the street instead of models that allocate nothing." };
        var command = new Command("alloc", "Managed bytes a frame: bytes_per_frame, lane_bytes_per_frame, collections.") { json, frames, warmUp, real };
        command.SetAction(async (parsed, _) =>
            (await AllocationBench.RunAsync(parsed.GetValue(warmUp), parsed.GetValue(frames), parsed.GetValue(real))).Print(parsed.GetValue(json)));
        return command;
    }
}
