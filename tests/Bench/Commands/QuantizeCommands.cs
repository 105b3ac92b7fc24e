using System.CommandLine;
using ActorPipeline.Bench.Quantizing;

namespace ActorPipeline.Bench.Commands;

/// <summary>What 8 bits are worth, and what making them costs.</summary>
internal static class QuantizeCommands
{
    /// <summary>All of them.</summary>
    public static Command[] All() => [Int8(), PairOnce(), Quantize(), QuantizeOnce()];

    private static Command Int8()
    {
        var (json, rounds, frames, window) = (BenchOptions.Json(), BenchOptions.Rounds(), BenchOptions.Frames(240), BenchOptions.Window(24));
        var models = new Option<string?>("--models") { Description = "The folder of detector.int8.onnx and classifier.int8.onnx, which are made there where they are missing; without it they are made and thrown away." };
        var command = new Command("int8", "The seed pair in 8 bits under leases against the exported floats resident in plain ONNX Runtime: memory_over_plain, fps_over_plain.") { json, rounds, frames, window, models };
        command.SetAction(async (parsed, _) =>
            (await Int8Bench.RunAsync(parsed.GetValue(models), parsed.GetValue(rounds), parsed.GetValue(frames), parsed.GetValue(window))).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command PairOnce()
    {
        var job = new Argument<string>("job");
        var command = new Command(PairProcess.Command, "What int8 starts for each run.") { job };
        command.Hidden = true;
        command.SetAction((parsed, _) => PairRun.RunAsync(parsed.GetValue(job)!));
        return command;
    }

    private static Command Quantize()
    {
        var json = BenchOptions.Json();
        var only = new Option<string[]>("--only") { Description = "Of squeezenet, textline and picodet; all by default.", AllowMultipleArgumentsPerToken = true };
        var command = new Command("quantize", "The quantiser on three models: picodet_run_share, picodet_loss, picodet_seconds, picodet_load_ms and the like.") { json, only };
        command.SetAction(parsed => QuantizeBench.Run(parsed.GetValue(only) ?? []).Print(parsed.GetValue(json)));
        return command;
    }

    private static Command QuantizeOnce()
    {
        var job = new Argument<string>("job");
        var command = new Command(QuantiserProcess.Command, "What quantize starts for each model.") { job };
        command.Hidden = true;
        command.SetAction(parsed => QuantiserProcess.Do(parsed.GetValue(job)!));
        return command;
    }
}
