using System.CommandLine;
using ActorPipeline.Hosting.Workers;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Options that several commands take alike.</summary>
internal static class SharedOptions
{
    /// <summary><c>--config FILE</c>.</summary>
    public static Option<string> Config() => new("--config") { Description = "The configuration (HOCON).", Required = true };

    /// <summary><c>--set PATH=VALUE</c>.</summary>
    public static Option<string[]> Sets() => new("--set") { Description = "Overrides one key: --set actor-pipeline.memory.budget=64MiB" };

    /// <summary><c>--frames N</c>.</summary>
    public static Option<long?> Frames()
    {
        var frames = new Option<long?>("--frames") { Description = "Ends each source after so many frames." };
        frames.Validators.Add(result =>
        {
            // What is no number at all is told by the option itself.
            if (result.Tokens is [var token] && long.TryParse(token.Value, out var number) && number < 1) result.AddError("--frames takes a number from 1.");
        });
        return frames;
    }

    /// <summary><c>--out DIR</c>.</summary>
    public static Option<string?> Out() => new("--out") { Description = "Folder for results, summary and timeline. Default: out/NAME of the configuration." };

    /// <summary>The output folder: the one that is named, or the default.</summary>
    public static string OutputOf(string? named, string config) => named ?? Path.Combine("out", Path.GetFileNameWithoutExtension(config));

    /// <summary>A command that has a job for each model of a configuration.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="run">Runs it; gives the exit code.</param>
    public static Command ForModels(string name, string description, Func<ModelJobsRequest, CancellationToken, Task<int>> run)
    {
        var (config, sets, json) = (Config(), Sets(), Json());
        var command = new Command(name, description) { config, sets, json };
        command.SetAction((parsed, cancellation) =>
            run(new ModelJobsRequest(parsed.GetValue(config)!, parsed.GetValue(sets) ?? [], parsed.GetValue(json)), cancellation));
        return command;
    }

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Prints one JSON object as the last line of standard output." };
}
