using System.CommandLine;
using ActorPipeline.Bench.Cgroup;
using ActorPipeline.Bench.Memory;
using ActorPipeline.Bench.Policy;

namespace ActorPipeline.Bench.Commands;

/// <summary>Whether the promise about memory is kept, and what keeping it costs.</summary>
internal static class MemoryCommands
{
    /// <summary>All of them.</summary>
    public static Command[] All() => [Cycles(), Policy(), Ledger(), Swap(), Cgroup(), OtherProgram()];

    private static Command Cycles()
    {
        var json = BenchOptions.Json();
        var times = new Option<int>("--cycles") { Description = "Loads, runs and unloads of both models.", DefaultValueFactory = _ => 1000 };
        var plain = new Option<bool>("--plain") { Description = "Loads models as they are instead of as prepared." };
        var command = new Command("cycles", "Loads, runs and unloads both models: growth, slope_mb, returned, noise_mb.") { json, times, plain };
        command.SetAction(parsed => CyclesBench.Run(parsed.GetValue(times), parsed.GetValue(plain)).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Policy()
    {
        var json = BenchOptions.Json();
        var seeds = new Option<int>("--seeds") { Description = "Seeds of each kind of trace.", DefaultValueFactory = _ => 9 };
        var command = new Command("policy", "Reloads under the policy cost, simulated: over_optimum, over_lru, worst_over_lru.") { json, seeds };
        command.SetAction(parsed => PolicyBench.Run(parsed.GetValue(seeds)).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Ledger()
    {
        var json = BenchOptions.Json();
        var command = new Command("ledger", "A decision of the memory ledger with 1,000 models and 10,000 queued requests: decision_p99_us.") { json };
        command.SetAction(parsed => LedgerBench.Run().Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Swap()
    {
        var (json, rounds, frames, window) = (BenchOptions.Json(), BenchOptions.Rounds(), BenchOptions.Frames(300), BenchOptions.Window(24));
        var command = new Command("swap", "One model at a time against both resident: of_resident, over_budget_samples, peak_of_bound.") { json, rounds, frames, window };
        command.SetAction(async (parsed, _) =>
            (await SwapBench.RunAsync(parsed.GetValue(rounds), parsed.GetValue(frames), parsed.GetValue(window))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command Cgroup()
    {
        var (json, minutes) = (BenchOptions.Json(), BenchOptions.Minutes(0, "Goes on for so long, whatever --runs says."));
        var runs = new Option<int>("--runs") { Description = "Runs, each with a seed of its own.", DefaultValueFactory = _ => 5 };
        var seed = new Option<int>("--seed") { Description = "Of the first run; each further one counts up.", DefaultValueFactory = _ => 1 };
        var some = new Option<int?>("--frames") { Description = "Frames a run; without it all." };
        var command = new Command("cgroup", "The main job in a memory group, beside a program that takes memory: failures, oom_kills.") { json, runs, minutes, seed, some };
        command.SetAction((parsed, stop) => Task.Run(
            () => CgroupBench.Run(parsed.GetValue(runs), parsed.GetValue(minutes), parsed.GetValue(seed), parsed.GetValue(some), parsed.GetValue(json), stop)));
        return command;
    }

    private static Command OtherProgram()
    {
        var (ballast, most, sudden, seed) = (new Argument<long>("ballast"), new Argument<long>("most"), new Argument<long>("sudden"), new Argument<int>("seed"));
        var command = new Command(Hog.Command, "The other program.") { ballast, most, sudden, seed };
        command.Hidden = true;
        command.SetAction(parsed => new Hog(new Bytes(parsed.GetValue(ballast)), new Bytes(parsed.GetValue(most)), new Bytes(parsed.GetValue(sudden)), parsed.GetValue(seed)).Run());
        return command;
    }
}
