using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Inference;

namespace ActorPipeline.Hosting.Workers;

/// <summary>What a command that has a job for each model is asked for.</summary>
/// <param name="Config">The configuration file.</param>
/// <param name="Sets">Each <c>--set PATH=VALUE</c>.</param>
/// <param name="Json">Whether the result is printed as one JSON object.</param>
internal sealed record ModelJobsRequest(string Config, IReadOnlyList<string> Sets, bool Json);

/// <summary>What such commands have in common: reads the configuration, looks at its models, and listens to signals meanwhile.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="terminal">Where errors go.</param>
/// <param name="worker">Makes what runs a job in a process of its own.</param>
internal sealed class ModelJobSession(ModelJobsRequest request, Terminal terminal, WorkerSource worker)
{
    /// <summary>Runs the command.</summary>
    /// <param name="work">Its body; gives the exit code. Not called where the configuration or a model's file is bad.</param>
    /// <param name="interrupt">Cancels the body, as SIGINT and SIGTERM do.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Func<ModelJobs, CancellationToken, Task<int>> work, CancellationToken interrupt)
    {
        if (ConfigurationFile.Read(request.Config, request.Sets, terminal.Error) is not { Settings: { } settings }) return ExitCode.BadConfiguration;
        return await RunAsync(settings, work, interrupt);
    }

    /// <summary>Runs the command on a configuration that was read already.</summary>
    /// <inheritdoc cref="RunAsync(Func{ModelJobs, CancellationToken, Task{int}}, CancellationToken)"/>
    public async Task<int> RunAsync(ActorPipelineSettings settings, Func<ModelJobs, CancellationToken, Task<int>> work, CancellationToken interrupt)
    {
        using var log = new StderrLog(terminal.Error);
        var parts = ActorPipelineParts.Product(TimeProvider.System, engines: settings.Engines, footprints: settings.Memory.Footprints, warn: log.Warning, library: settings.OnnxRuntime.Library)
            with { Worker = worker(log.Warning) };
        var lanes = settings.Serving.Lanes > 0 ? settings.Serving.Lanes : Environment.ProcessorCount;
        if (Look(settings, parts, lanes, log) is not { } models) return ExitCode.BadConfiguration;
        using var interrupts = new Interrupts(interrupt);
        var code = await work(new ModelJobs(settings, parts, lanes, models, log), interrupts.Token);
        return interrupts.Token.IsCancellationRequested ? ExitCode.Interrupted : code;
    }

    /// <summary>Null after every model that cannot be looked at was named.</summary>
    private static ModelForm[]? Look(ActorPipelineSettings settings, ActorPipelineParts parts, int lanes, StderrLog log)
    {
        var survey = ModelSurvey.Of(settings, parts.Runtime, parts.Footprints, lanes);
        foreach (var warning in survey.Warnings) log.Warning(warning);
        foreach (var error in survey.Errors) log.Error(error);
        return survey.Errors.Count > 0 ? null
            : [.. survey.Models.Values.SelectMany(m => m.Variants.Select(v => new ModelForm(m.TitleOf(v), v.Card, v.Inspection)))];
    }
}
