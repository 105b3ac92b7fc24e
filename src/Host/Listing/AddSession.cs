using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Hosting.Measuring;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;

namespace ActorPipeline.Hosting.Listing;

/// <summary>What <c>models add</c> is asked for.</summary>
/// <param name="File">The model.</param>
/// <param name="Kind">Its kind; null where its outputs are to tell.</param>
/// <param name="Labels">Its label list; null for none.</param>
/// <param name="Name">What it is to be called; null for its file's name.</param>
/// <param name="Width">Pixels across an input that is free; null for what is usual.</param>
/// <param name="Height">Pixels down it.</param>
/// <param name="Out">A new file for the card; null for standard output alone.</param>
/// <param name="Measure">Whether it is measured.</param>
/// <param name="Json">Whether the result is printed as one JSON object.</param>
internal sealed record AddRequest(
    string File, string? Kind, string? Labels, string? Name, int? Width, int? Height, string? Out, bool Measure, bool Json)
{
    /// <summary>How pixels become its input, where that is known; null for what is usual for its kind.</summary>
    public InputSettings? Input { get; init; }
}

/// <summary>The body of <c>models add</c>: looks at a model, proposes its card, and measures it. Changes no file that is there.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="settings">The configuration whose budget and store of footprints count.</param>
/// <param name="terminal">Where it is shown.</param>
/// <param name="worker">Makes what runs a job in a process of its own.</param>
internal sealed class AddSession(AddRequest request, ActorPipelineSettings settings, Terminal terminal, WorkerSource worker)
{
    /// <summary>Proposes, and measures.</summary>
    /// <param name="interrupt">Kills the worker and ends it, as SIGINT and SIGTERM do.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(CancellationToken interrupt) => RunAsync(found => terminal.Out.WriteLine(RunSummary.OneLine(found)), interrupt);

    /// <summary>Proposes, and measures.</summary>
    /// <param name="found">Gets what programs are told, where they are.</param>
    /// <param name="interrupt">Kills the worker and ends it, as SIGINT and SIGTERM do.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Action<JsonObject> found, CancellationToken interrupt)
    {
        if (Propose() is not var (card, classes)) return ExitCode.BadConfiguration;
        var text = CardText.Of(card);
        if (request.Out is { } file && !WriteNew(file, text)) return ExitCode.BadConfiguration;
        if (!request.Json) await Show(card, classes, text);
        MeasureReport? report = null;
        var code = ExitCode.Done;
        if (request.Measure)
        {
            var alone = settings with { Models = new Dictionary<ModelId, ModelCard> { [card.Id] = card }, Pipelines = [] };
            code = await new MeasureSession(new ModelJobsRequest("", [], request.Json), terminal, worker).RunAsync(alone, measured => report = measured, interrupt);
        }
        if (request.Json)
        {
            found(new JsonObject
            {
                ["name"] = card.Id.Value, ["kind"] = ModelList.Word(card.Kind), ["classes"] = classes > 0 ? classes : null, ["card"] = text, ["measured"] = report?.ToJson(),
            });
        }
        return code;
    }

    private (ModelCard Card, int Classes)? Propose()
    {
        var name = request.Name ?? CardText.NameOf(request.File);
        if (name.Length == 0 || name != CardText.NameOf(name)) return Fault($"--name takes letters, digits, '-' and '_', not '{name}'");
        ModelKind? kind = null;
        if (request.Kind is { } word)
        {
            if (Enum.GetValues<ModelKind>().Where(k => ModelList.Word(k) == word).ToArray() is not [var known]) return Fault($"--kind takes one of {string.Join(", ", Enum.GetValues<ModelKind>().Select(ModelList.Word))}, not '{word}'");
            kind = known;
        }
        if (request.Labels is { } labels && !File.Exists(labels)) return Fault($"the file of --labels, '{labels}', is not there");
        var card = new ModelCard
        {
            Id = new ModelId(name), Path = Path.GetFullPath(request.File), Kind = kind ?? ModelKind.Classification,
            LabelsPath = request.Labels is { } list ? Path.GetFullPath(list) : null, Input = new InputSettings { Width = request.Width, Height = request.Height },
        };
        try
        {
            return KindProposal.Of(card, kind) is { } found
                ? (card with { Kind = found.Kind, Input = (request.Input ?? found.Input) with { Width = found.Input.Width, Height = found.Input.Height } }, found.Classes)
                : Fault($"'{request.File}': its inputs and outputs are those of no kind; --kind says what is missing of one");
        }
        catch (ModelLoadException error)
        {
            return Fault(error.Message);
        }
    }

    private (ModelCard, int)? Fault(string message)
    {
        terminal.Error.WriteLine($"error: {message}");
        return null;
    }

    /// <summary>Writes a file that is not there yet.</summary>
    private bool WriteNew(string path, string text)
    {
        try
        {
            using var file = new StreamWriter(new FileStream(path, FileMode.CreateNew));
            file.Write(text);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Fault(File.Exists(path) ? $"--out '{path}' is there already, and is left as it is" : $"--out '{path}' cannot be written: {error.Message}");
            return false;
        }
    }

    private async Task Show(ModelCard card, int classes, string text)
    {
        await terminal.Out.WriteLineAsync($"{Path.GetFileName(card.Path)} looks like {ModelList.Word(card.Kind)}{(classes > 0 ? $" of {classes} classes" : "")}. For a configuration:");
        await terminal.Out.WriteLineAsync();
        await terminal.Out.WriteLineAsync(text);
        await terminal.Out.WriteLineAsync(request.Input is null
            ? $"Pixels are prepared as is usual for its kind: {CardText.Describe(card.Input)}. Where it was trained otherwise, say so in input {{ }}."
            : $"Pixels are prepared so: {CardText.Describe(card.Input)}.");
    }
}
