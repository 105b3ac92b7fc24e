using System.CommandLine;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>run</c>: the main job.</summary>
internal static class RunCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var config = SharedOptions.Config();
        var sets = SharedOptions.Sets();
        var json = SharedOptions.Json();
        var frames = new Option<long?>("--frames") { Description = "Ends each source after so many frames." };
        frames.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() is < 1) result.AddError("--frames takes a number from 1.");
        });
        var output = new Option<string?>("--out") { Description = "Folder for results, summary and timeline. Default: out/NAME of the configuration." };
        var command = new Command("run", "Runs the pipelines of a configuration to their end, or until interrupted.") { config, sets, frames, output, json };
        command.SetAction((parsed, cancellation) =>
        {
            var file = parsed.GetValue(config)!;
            var request = new RunRequest(
                file,
                parsed.GetValue(sets) ?? [],
                parsed.GetValue(frames),
                parsed.GetValue(output) ?? Path.Combine("out", Path.GetFileNameWithoutExtension(file)),
                parsed.GetValue(json));
            return new RunSession(request, terminal).RunAsync(cancellation);
        });
        return command;
    }
}
