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
        var web = new Option<bool>("--web") { Description = "Serves the live page: --set actor-pipeline.web.enabled=true" };
        var frames = SharedOptions.Frames();
        var output = SharedOptions.Out();
        var command = new Command("run", "Runs the pipelines of a configuration to their end, or until interrupted.") { config, sets, frames, output, json, web };
        command.SetAction((parsed, cancellation) =>
        {
            var file = parsed.GetValue(config)!;
            var request = new RunRequest(
                file,
                [.. parsed.GetValue(web) ? ["actor-pipeline.web.enabled=true"] : (string[])[], .. parsed.GetValue(sets) ?? []],
                parsed.GetValue(frames),
                SharedOptions.OutputOf(parsed.GetValue(output), file),
                parsed.GetValue(json));
            return new RunSession(request, terminal).RunAsync(cancellation);
        });
        return command;
    }
}
