using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Display;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Serving;
using ActorPipeline.Workers;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Hosting.Preparing;

/// <summary>Builds the engines of a configuration: the body of <c>prepare</c>.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="terminal">Where it is shown.</param>
/// <param name="worker">Makes what runs a job in a process of its own.</param>
internal sealed class PrepareSession(ModelJobsRequest request, Terminal terminal, WorkerSource worker)
{
    /// <summary>Builds.</summary>
    /// <param name="interrupt">Kills the worker and ends it, as SIGINT and SIGTERM do.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(CancellationToken interrupt) => new ModelJobSession(request, terminal, worker).RunAsync(PrepareAsync, interrupt);

    private async Task<int> PrepareAsync(ModelJobs models, CancellationToken interrupt)
    {
        var settings = models.Settings.Engines;
        if (!settings.Enabled) models.Log.Warning("actor-pipeline.engines.enabled is false: models are loaded as their files have them, and there is nothing to build");
        var clock = Stopwatch.StartNew();
        var findings = new List<EngineFinding>();
        var display = Display([.. models.Forms.Select(f => f.Title)]);
        // A worker also says whether what is kept is whole, so that every model is one's job.
        var jobs = models.Forms.Select(f => new QueuedJob(
            new WorkerJob.Build(f.Card) { Engines = settings, Library = models.Settings.OnnxRuntime.Library }, WorkerNeed.OfBuild(f.Inspection, models.Settings.Memory.Budget))).ToArray();
        using (display is JobProgress ? models.Log.Hold() : null)
            await display.ShowAsync(() => models.RunAsync(jobs, display.Began, Ended, interrupt));
        var report = new PrepareReport(jobs.Length, settings.FolderPath(Environment.GetEnvironmentVariable), clock.Elapsed, findings);
        if (request.Json) await terminal.Out.WriteLineAsync(RunSummary.OneLine(report.ToJson()));
        else PrepareTable.Write(report, terminal.Ansi());
        return report.ExitCode;

        void Ended(object ended)
        {
            var finding = Finding(models, ended);
            findings.Add(finding);
            display.Ended(finding.Model, finding.Word);
            if (finding.Failed is { } why) models.Log.Error($"the engine of model '{finding.Model}' was not built: {why.Reason}");
        }
    }

    private IJobDisplay Display(IReadOnlyList<string> models) =>
        request.Json ? new NoJobDisplay()
        : terminal.Interactive ? new JobProgress(terminal.Ansi(), "engines", "building", models)
        : new JobLines(terminal.Out, "Building the engine of");

    private static EngineFinding Finding(ModelJobs models, object ended) => ended switch
    {
        WorkerDone { Job: WorkerJob.Build(var card), Answer: WorkerAnswer.Built(var engine) } => new EngineFinding(models.TitleOf(card), engine, null),
        WorkerFailed { Job: WorkerJob.Build(var card), Why: var why } => new EngineFinding(models.TitleOf(card), null, why),
        _ => throw new UnreachableException($"{ended} is no end of a build"),
    };
}
