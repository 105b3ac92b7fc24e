using System.CommandLine;
using System.Runtime.InteropServices;
using ActorPipeline.Device;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Sources;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>run</c>: the main job.</summary>
internal static class RunCommand
{
    private static readonly Option<string> Config = new("--config") { Description = "The configuration (HOCON).", Required = true };
    private static readonly Option<string[]> Sets = new("--set") { Description = "Overrides one key: --set actor-pipeline.memory.budget=64MiB" };
    private static readonly Option<long?> Frames = new("--frames") { Description = "Ends each source after so many frames." };
    private static readonly Option<string?> Out = new("--out") { Description = "Folder for results, summary and timeline. Default: out/NAME of the configuration." };
    private static readonly Option<bool> Json = new("--json") { Description = "Prints the summary as one JSON object, as the last line of standard output." };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("run", "Runs the pipelines of a configuration to their end, or until interrupted.") { Config, Sets, Frames, Out, Json };
        command.SetAction((parsed, cancellation) =>
        {
            var config = parsed.GetValue(Config)!;
            var output = parsed.GetValue(Out) ?? Path.Combine("out", Path.GetFileNameWithoutExtension(config));
            return RunAsync(config, parsed.GetValue(Sets) ?? [], parsed.GetValue(Frames), output, parsed.GetValue(Json));
        });
        return command;
    }

    /// <summary>Runs a configuration file.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string config, string[] sets, long? frames, string output, bool json)
    {
        if (ConfigurationFile.Read(config, sets, Console.Error) is not { Settings: { } settings } configuration) return ExitCode.BadConfiguration;
        Directory.CreateDirectory(output);
        using var log = new StderrLog(Console.Error);
        var parts = ActorPipelineParts.Product(TimeProvider.System, output);
        if (frames is { } limit)
        {
            var create = parts.CreateSource;
            parts = parts with { CreateSource = pipeline => new LimitedSource(create(pipeline), limit) };
        }
        using var interrupt = new CancellationTokenSource();
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupt.Cancel();
        }

        var run = new PipelineRun(settings, configuration.AkkaHocon, parts);
        var result = await run.RunAsync(log, interrupt.Token);
        foreach (var error in result.Errors) await Console.Error.WriteLineAsync($"error: {error}");
        if (result.Summary is { } summary)
        {
            await File.WriteAllTextAsync(Path.Combine(output, "summary.json"), RunSummary.Indented(summary));
            if (json) Console.WriteLine(RunSummary.OneLine(summary));
        }
        if (result.Stuck) ProcessExit.Immediately(result.ExitCode);
        return result.ExitCode;
    }
}
