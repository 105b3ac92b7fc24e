using System.CommandLine;
using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Demo;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>demo</c>: the main job on the video and models that the project ships, compared with what the video truly shows.</summary>
internal static class DemoCommand
{
    private const string ResultsFile = "results.jsonl";

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var sets = SharedOptions.Sets();
        var json = SharedOptions.Json();
        var frames = SharedOptions.Frames();
        var output = new Option<string>("--out") { Description = "Folder for what the demo leaves.", DefaultValueFactory = _ => Path.Combine("out", "demo") };
        var command = new Command("demo", "Runs the main job on the demo that comes with the project, and says how right it is.") { output, sets, frames, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (DemoFiles.Find(AppContext.BaseDirectory) is not { } files)
            {
                await terminal.Error.WriteLineAsync($"error: no folder from {AppContext.BaseDirectory} upwards holds demo/belt.mp4 and hocon/demo.conf; the demo runs from a clone of the project");
                return ExitCode.BadConfiguration;
            }
            var request = new RunRequest(files.Configuration, parsed.GetValue(sets) ?? [], parsed.GetValue(frames), parsed.GetValue(output)!, parsed.GetValue(json));
            return await new RunSession(request, terminal, summary => Compare(summary, files, request.File(ResultsFile))).RunAsync(cancellation);
        });
        return command;
    }

    private static void Compare(JsonObject summary, DemoFiles files, string results) =>
        summary["truth"] = TruthComparison.Of(TruthFiles.ReadTruth(files.Truth), TruthFiles.ReadResults(results)).ToJson();
}
