using System.CommandLine;
using ActorPipeline.Hosting.Checking;
using ActorPipeline.Hosting.Running;
using Spectre.Console;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>check</c>: is a configuration right, and what fits together with what under its budget? Loads nothing.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var config = SharedOptions.Config();
        var sets = SharedOptions.Sets();
        var json = SharedOptions.Json();
        var output = SharedOptions.Out();
        var command = new Command("check", "Checks a configuration and says what fits together under its budget. Loads no model.") { config, sets, output, json };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(config)!;
            return Check(file, parsed.GetValue(sets) ?? [], SharedOptions.OutputOf(parsed.GetValue(output), file), parsed.GetValue(json), terminal);
        });
        return command;
    }

    private static int Check(string config, IReadOnlyList<string> sets, string output, bool json, Terminal terminal)
    {
        if (ConfigurationFile.Read(config, sets, terminal.Error) is not { Settings: { } settings }) return ExitCode.BadConfiguration;
        settings = settings.ForThisNode();
        var parts = ActorPipelineParts.Product(
            TimeProvider.System, output, engines: settings.Engines, footprints: settings.Memory.Footprints, warn: warning => terminal.Error.WriteLine($"warning: {warning}"),
            library: settings.OnnxRuntime.Library);
        var report = new ConfigurationCheck(settings, parts, output).Run(MachineMemory.Available());
        foreach (var warning in report.Warnings) terminal.Error.WriteLine($"warning: {warning}");
        foreach (var error in report.Errors) terminal.Error.WriteLine($"error: {error}");
        if (json) terminal.Out.WriteLine(RunSummary.OneLine(report.ToJson()));
        else CheckTable.Write(report, terminal.Ansi());
        return report.Errors.Count == 0 ? ExitCode.Done : ExitCode.BadConfiguration;
    }
}
