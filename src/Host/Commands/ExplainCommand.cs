using System.CommandLine;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Hosting.Explaining;
using ActorPipeline.Hosting.Running;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>explain</c>: why a model is, was or was not loaded, from the decisions that a run left in its folder.</summary>
internal static class ExplainCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var config = SharedOptions.Config();
        var sets = SharedOptions.Sets();
        var json = SharedOptions.Json();
        var output = new Option<string?>("--out") { Description = "Folder that the run left its files in. Default: out/NAME of the configuration." };
        var model = new Option<string>("--model") { Description = "The model's name in the configuration.", Required = true };
        var command = new Command("explain", "Says why a model is, was or was not loaded, from the decisions of a run.") { config, model, sets, output, json };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(config)!;
            return Explain(file, parsed.GetValue(sets) ?? [], parsed.GetValue(model)!, SharedOptions.OutputOf(parsed.GetValue(output), file), parsed.GetValue(json), terminal);
        });
        return command;
    }

    private static int Explain(string config, IReadOnlyList<string> sets, string model, string output, bool json, Terminal terminal)
    {
        if (ConfigurationFile.Read(config, sets, terminal.Error) is not { Settings: { } settings }) return ExitCode.BadConfiguration;
        if (!model.Split('+').All(part => settings.Models.ContainsKey(new ModelId(part))))
            return Refuse($"model '{model}' is not in {config}; {Suggestions.For(model, [.. settings.Models.Keys.Select(id => id.Value)])}");
        if (DecisionReader.Read(output, out var error) is not { } read) return Refuse(error!);

        foreach (var warning in read.Warnings) terminal.Error.WriteLine($"warning: {warning}");
        var name = Path.GetFileNameWithoutExtension(config);
        if (read.Header.Configuration != name) terminal.Error.WriteLine($"warning: the decisions in '{output}' are of configuration '{read.Header.Configuration}', not of '{name}'");
        if (read.MergedOf(model) is { } merged)
        {
            terminal.Error.WriteLine($"note: '{model}' ran as a part of '{merged}', which is explained");
            model = merged;
        }
        var story = ModelStory.Of(model, read);
        if (json) terminal.Out.WriteLine(RunSummary.OneLine(StoryJson.Of(story, read.Header)));
        else foreach (var line in StoryText.Lines(story, read.Header)) terminal.Out.WriteLine(line);
        return ExitCode.Done;

        int Refuse(string text)
        {
            terminal.Error.WriteLine($"error: {text}");
            return ExitCode.BadConfiguration;
        }
    }
}
