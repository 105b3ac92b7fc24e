using System.CommandLine;
using ActorPipeline.Bench.Allocation;
using ActorPipeline.Bench.Budget;
using ActorPipeline.Bench.Cameras;
using ActorPipeline.Bench.Chain;
using ActorPipeline.Bench.Cluster;
using ActorPipeline.Bench.Idle;
using ActorPipeline.Bench.Micro;
using ActorPipeline.Bench.Tracking;
using ActorPipeline.Bench.Watch;

namespace ActorPipeline.Bench.Commands;

/// <summary>How fast the pipeline is, and what it costs beside the models' own work.</summary>
internal static class SpeedCommands
{
    /// <summary>All of them.</summary>
    public static Command[] All() => [Chain(), Tracking(), Overhead(), Budget(), Cameras(), Alloc(), Idle(), Micro(), Cluster(), Watch()];

    private static Command Watch()
    {
        var (json, rounds, frames) = (BenchOptions.Json(), BenchOptions.Rounds(), BenchOptions.Frames(300));
        var command = new Command("watch", "The page open and metrics scraped against both off: watched_over_unwatched, web_mb.") { json, rounds, frames };
        command.SetAction(async (parsed, _) => (await WatchBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Cluster()
    {
        var (json, rounds, frames) = (BenchOptions.Json(), BenchOptions.Rounds(3), BenchOptions.Frames(200));
        var only = new Option<string[]>("--only") { Description = "Of rate, added, recovery and idle; all by default.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("cluster", "Crops at a neighbour: handoff_over_swapping, handoff_added_ms, recovery_s, idle_bytes_per_s.") { json, rounds, frames, only };
        command.SetAction(async (parsed, _) => (await ClusterBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames), parsed.GetValue(only) ?? [])).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Chain()
    {
        var (json, rounds, frames) = (BenchOptions.Json(), BenchOptions.Rounds(), BenchOptions.Frames(400));
        var command = new Command("chain", "The pipeline against loops written by hand: over_bare, over_two_threads, of_limit, over_defaults, over_opencv_dnn, over_mlnet.") { json, rounds, frames };
        var only = new Option<string[]>("--only") { Description = "Entrants beside the pipeline, such as bare and limit; all by default.", AllowMultipleArgumentsPerToken = true };
        command.Options.Add(only);
        command.SetAction(async (parsed, _) => (await ChainBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames), parsed.GetValue(only) ?? [])).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Tracking()
    {
        var (json, rounds) = (BenchOptions.Json(), BenchOptions.Rounds());
        var command = new Command("tracking", "The demo with objects followed and with every crop classified: tracked_accuracy_loss.") { json, rounds };
        command.SetAction(async (parsed, _) => (await TrackingBench.RunAsync(parsed.GetValue(rounds))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Alloc()
    {
        var (json, frames) = (BenchOptions.Json(), BenchOptions.Frames(10_000));
        var warmUp = new Option<int>("--warm-up") { Description = "Frames before anything counts.", DefaultValueFactory = _ => 1000 };
        var real = new Option<bool>("--real") { Description = "With the seed pair on the street instead of models that allocate nothing." };
        var types = new Option<bool>("--types") { Description = "Says which types are allocated; the other figures are then too high." };
        var command = new Command("alloc", "Managed bytes a frame: bytes_per_frame, lane_bytes_per_frame, collections.") { json, frames, warmUp, real, types };
        command.SetAction(async (parsed, _) =>
            (await AllocationBench.RunAsync(parsed.GetValue(warmUp), parsed.GetValue(frames), parsed.GetValue(real), parsed.GetValue(types))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Overhead()
    {
        var (json, rounds, frames) = (BenchOptions.Json(), BenchOptions.Rounds(), BenchOptions.Frames(300));
        var command = new Command("overhead", "One frame at a time on one lane against a loop over the same engines: p50_over_bare, p99_over_bare.") { json, rounds, frames };
        command.SetAction(async (parsed, _) => (await OverheadBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Budget()
    {
        var (json, rounds, frames, window) = (BenchOptions.Json(), BenchOptions.Rounds(3), BenchOptions.Frames(200), BenchOptions.Window(24));
        var svg = new Option<string?>("--svg") { Description = "Draws it into this file." };
        var command = new Command("budget", "Frames a second against the budget, from one of three models at a time to all: fps_1 to fps_7.") { json, rounds, frames, window, svg };
        command.SetAction(async (parsed, _) =>
            (await BudgetBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames), parsed.GetValue(window), parsed.GetValue(svg))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Cameras()
    {
        var (json, minutes) = (BenchOptions.Json(), BenchOptions.Minutes(1, "How long sixteen cameras run."));
        var command = new Command("cameras", "1 to 16 live cameras over the same two declared models: worst_share, memory_growth_percent.") { json, minutes };
        command.SetAction(async (parsed, _) => (await CamerasBench.RunAsync(parsed.GetValue(minutes))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Idle()
    {
        var (json, rounds) = (BenchOptions.Json(), BenchOptions.Rounds(3));
        var seconds = new Option<double>("--seconds") { Description = "How long each pause is.", DefaultValueFactory = _ => 20 };
        var command = new Command("idle", "A paused pipeline with both models resident: idle_percent of one core.") { json, rounds, seconds };
        command.SetAction(async (parsed, _) => (await IdleBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(seconds))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Micro()
    {
        var json = BenchOptions.Json();
        var command = new Command("micro", "BenchmarkDotNet on the steps beside the models' runs, and the way of a piece of work to a lane and back.") { json };
        command.SetAction(parsed => MicroBench.Run().Print(parsed.GetValue(json)));
        return command;
    }
}
