using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Display;
using ActorPipeline.Hosting.Listing;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Hosting.Workers;

namespace ActorPipeline.Hosting.Pulling;

/// <summary>Which index is asked.</summary>
/// <param name="Index">Its address; null for the configuration's.</param>
/// <param name="Key">The PEM file of the public key that it is signed with; null for the configuration's.</param>
/// <param name="Insecure">Whether http is allowed beyond this machine.</param>
/// <param name="Json">Whether the result is printed as one JSON object.</param>
internal sealed record IndexRequest(string? Index, string? Key, bool Insecure, bool Json);

/// <summary>What <c>models pull</c> is asked for.</summary>
/// <param name="Name">The model, as the index calls it.</param>
/// <param name="Folder">What gets the model's folder; null for the configuration's.</param>
/// <param name="Agreed">Whether its licence is agreed to already.</param>
/// <param name="Out">A new file for the card; null for standard output alone.</param>
/// <param name="Measure">Whether it is measured.</param>
internal sealed record PullRequest(string Name, string? Folder, bool Agreed, string? Out, bool Measure);

/// <summary>The bodies of <c>models index</c> and <c>models pull</c>.</summary>
/// <param name="request">Which index is asked.</param>
/// <param name="settings">The configuration.</param>
/// <param name="terminal">Where it is shown.</param>
/// <param name="time">The clock.</param>
internal sealed class PullSession(IndexRequest request, ActorPipelineSettings settings, Terminal terminal, TimeProvider time)
{
    /// <summary>Asks a person something that yes or no answers; null where nobody can be asked.</summary>
    public Func<string, CancellationToken, Task<bool>>? Ask { get; init; }

    /// <summary>Makes what runs a job in a process of its own.</summary>
    public WorkerSource Worker { get; init; } = WorkerProgram.Workers;

    /// <summary>Lists what an index has.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> ListAsync(CancellationToken interrupt) => GuardedAsync(interrupt, async (client, stop) =>
    {
        var index = await FetchAsync(client, stop);
        if (request.Json) await terminal.Out.WriteLineAsync(RunSummary.OneLine(new JsonObject { ["issuedAt"] = index.IssuedAt, ["models"] = new JsonArray([.. index.Models.Select(PullTable.ToJson)]) }));
        else PullTable.Write(index, terminal.Ansi());
        return ExitCode.Done;
    });

    /// <summary>Pulls a model, and proposes its card.</summary>
    /// <param name="wanted">The model.</param>
    /// <param name="interrupt">Ends it, as SIGINT and SIGTERM do; what has come stays.</param>
    /// <returns>The exit code.</returns>
    public Task<int> PullAsync(PullRequest wanted, CancellationToken interrupt) => GuardedAsync(interrupt, async (client, stop) =>
    {
        var folder = wanted.Folder ?? (settings.Pull.Folder is { Length: > 0 } set ? set
            : throw new PullException("no folder is named that gets the model: --folder DIR does, or actor-pipeline.pull.folder in the configuration of --config"));
        var index = await FetchAsync(client, stop);
        var model = index.Models.FirstOrDefault(m => m.Name == wanted.Name)
            ?? throw new PullException($"the index has no model '{wanted.Name}'; models index lists those that it has");
        var target = new PullTarget(Path.GetFullPath(folder), model);
        var there = await target.IsThereAsync(stop);
        if (!there)
        {
            if (!request.Json) PullTable.Write(target, terminal.Out);
            if (!wanted.Agreed && !await AgreesAsync(model, stop)) return ExitCode.BadConfiguration;
            if (await DownloadAsync(target, client, stop) is var code and not ExitCode.Done) return code;
        }
        if (!request.Json) await terminal.Out.WriteLineAsync(there ? $"{target.Place} is already there, as the index has it" : $"{target.Place} is there, with the checksums of the index");
        return await AddAsync(target, there, wanted, stop);
    });

    private async Task<ModelIndex> FetchAsync(PullClient client, CancellationToken stop) => await new IndexClient(
        IndexPlace.Of(request.Index, request.Key, settings.Pull), client, new SeenIndexes(Path.Combine(FootprintFolder.UserFolder(Environment.GetEnvironmentVariable), "indexes"))).FetchAsync(stop);

    private async Task<bool> AgreesAsync(IndexedModel model, CancellationToken stop)
    {
        if (Ask is null || request.Json) throw new PullException($"its licence, {model.Licence.Id}, has to be agreed to, and nobody can be asked here: say --yes if you do");
        if (await Ask($"Do you agree to its licence, {model.Licence.Id}?", stop)) return true;
        await terminal.Error.WriteLineAsync("Nothing was downloaded.");
        return false;
    }

    /// <summary>From here on it is not the arguments that are wrong.</summary>
    private async Task<int> DownloadAsync(PullTarget target, PullClient client, CancellationToken stop)
    {
        IJobDisplay display = request.Json ? new NoJobDisplay()
            : terminal.Interactive ? new JobProgress(terminal.Ansi(), target.Model.Name, "downloading", [.. target.Model.Files.Select(f => f.Name)])
            : new JobLines(terminal.Out, "Downloading");
        try
        {
            await display.ShowAsync(() => new ModelDownload(target, client, display, time).RunAsync(stop));
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("Interrupted. What has come is kept; the same command goes on from there.");
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (error is PullException or IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync($"error: '{target.Model.Name}' was not pulled: {error.Message}");
            if (request.Json) await terminal.Out.WriteLineAsync(RunSummary.OneLine(new JsonObject { ["name"] = target.Model.Name, ["pulled"] = false, ["error"] = error.Message }));
            return ExitCode.Failed;
        }
    }

    private async Task<int> AddAsync(PullTarget target, bool there, PullRequest wanted, CancellationToken stop)
    {
        var model = target.Model;
        var add = new AddRequest(target.PathOf(model.Graph), ModelList.Word(model.Kind), model.Labels is { } labels ? target.PathOf(labels) : null, model.Name, model.Input.Width, model.Input.Height, wanted.Out, wanted.Measure, request.Json)
        {
            Input = model.Input,
        };
        JsonObject? added = null;
        var code = await new AddSession(add, settings, terminal, Worker).RunAsync(found => added = found, stop);
        if (request.Json)
        {
            var json = PullTable.ToJson(model);
            (json["folder"], json["pulled"], json["alreadyThere"], json["added"]) = (target.Place, true, there, added);
            await terminal.Out.WriteLineAsync(RunSummary.OneLine(json));
        }
        return code;
    }

    private async Task<int> GuardedAsync(CancellationToken interrupt, Func<PullClient, CancellationToken, Task<int>> work)
    {
        using var interrupts = new Interrupts(interrupt);
        using var client = new PullClient(request.Insecure, time);
        try
        {
            return await work(client, interrupts.Token);
        }
        catch (OperationCanceledException) when (interrupts.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception error) when (error is PullException or IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync($"error: {error.Message}");
            return ExitCode.BadConfiguration;
        }
    }
}
