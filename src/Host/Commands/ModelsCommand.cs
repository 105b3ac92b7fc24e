using System.CommandLine;
using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Listing;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Hosting.Workers;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>models</c>: which are there, and a card for a new one.</summary>
internal static class ModelsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal) =>
        new("models", "Lists models, gets new ones, and proposes their cards.") { List(terminal), Add(terminal), ModelsPullCommand.Pull(terminal), ModelsPullCommand.Index(terminal) };

    private static Command List(Terminal terminal)
    {
        var config = new Option<string?>("--config") { Description = "A configuration whose models are listed." };
        var (sets, json) = (SharedOptions.Sets(), SharedOptions.Json());
        var folders = new Argument<string[]>("folder") { Description = "Folders of ONNX files that are listed.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("list", "Lists the models of a configuration and of folders: kind, input, labels, forms, and whether their footprint is known.") { folders, config, sets, json };
        command.SetAction(parsed => List(parsed.GetValue(config), parsed.GetValue(sets) ?? [], parsed.GetValue(folders) ?? [], parsed.GetValue(json), terminal));
        return command;
    }

    private static int List(string? config, IReadOnlyList<string> sets, IReadOnlyList<string> folders, bool json, Terminal terminal)
    {
        if (config is null && folders.Count == 0)
        {
            terminal.Error.WriteLine("error: nothing to list: name a configuration with --config, or a folder");
            return ExitCode.BadConfiguration;
        }
        List<ListedModel> models = [];
        if (config is not null)
        {
            if (ConfigurationFile.Read(config, sets, terminal.Error) is not { Settings: { } settings }) return ExitCode.BadConfiguration;
            var parts = ActorPipelineParts.Product(
                TimeProvider.System, engines: settings.Engines, footprints: settings.Memory.Footprints, warn: warning => terminal.Error.WriteLine($"warning: {warning}"), library: settings.OnnxRuntime.Library);
            models.AddRange(ModelList.Of(settings, parts, settings.Serving.Lanes > 0 ? settings.Serving.Lanes : Environment.ProcessorCount));
        }
        foreach (var folder in folders)
        {
            try
            {
                models.AddRange(ModelList.Of(folder));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
            {
                terminal.Error.WriteLine($"error: folder '{folder}' cannot be listed: {error.Message}");
                return ExitCode.BadConfiguration;
            }
        }
        if (json) terminal.Out.WriteLine(RunSummary.OneLine(new JsonObject { ["models"] = ModelList.ToJson(models) }));
        else ModelTable.Write(models, terminal.Ansi());
        return ExitCode.Done;
    }

    private static Command Add(Terminal terminal)
    {
        var file = new Argument<string>("file") { Description = "The model (ONNX)." };
        Option<string?> Text(string name, string description) => new(name) { Description = description };
        Option<int?> Pixels(string name, string description) => new(name) { Description = description };
        var kind = Text("--kind", "How its tensors are read; without, its outputs are to tell.");
        var labels = Text("--labels", "A text file with one label a line.");
        var name = Text("--name", "What it is to be called. Default: its file's name.");
        var width = Pixels("--width", "Pixels across its input, where the model leaves them free.");
        var height = Pixels("--height", "Pixels down it.");
        var output = Text("--out", "A new file that the card is written to.");
        var config = Text("--config", "A configuration whose budget and store of footprints count.");
        var unmeasured = new Option<bool>("--no-measure") { Description = "Proposes the card alone." };
        var json = SharedOptions.Json();
        var command = new Command("add", "Looks at a model, proposes its card for a configuration, and measures what it needs. Changes no file that is there.")
        {
            file, kind, labels, name, width, height, output, config, unmeasured, json,
        };
        command.SetAction(async (parsed, cancellation) => ConfigurationFile.ReadOptional(parsed.GetValue(config), terminal.Error) is not { } settings ? ExitCode.BadConfiguration
            : await new AddSession(
                new AddRequest(
                    parsed.GetValue(file)!, parsed.GetValue(kind), parsed.GetValue(labels), parsed.GetValue(name), parsed.GetValue(width), parsed.GetValue(height),
                    parsed.GetValue(output), !parsed.GetValue(unmeasured), parsed.GetValue(json)),
                settings, terminal, WorkerProgram.Workers).RunAsync(cancellation));
        return command;
    }
}
