using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Display;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Serving;
using ActorPipeline.Workers;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Hosting.Measuring;

/// <summary>One measuring from its configuration file to the records it leaves: the body of <c>measure</c>.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="terminal">Where it is shown.</param>
/// <param name="worker">Makes what runs a job in a process of its own.</param>
internal sealed class MeasureSession(ModelJobsRequest request, Terminal terminal, WorkerSource worker)
{
    /// <summary>Measures.</summary>
    /// <param name="interrupt">Kills the worker and ends it, as SIGINT and SIGTERM do.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(CancellationToken interrupt) => new ModelJobSession(request, terminal, worker).RunAsync(MeasureAsync, interrupt);

    /// <summary>Measures the models of a configuration that was read already.</summary>
    /// <param name="settings">The configuration.</param>
    /// <param name="found">Gets what came of it; it is shown to people, and left to the caller to show to programs.</param>
    /// <param name="interrupt">Kills the worker and ends it, as SIGINT and SIGTERM do.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(ActorPipelineSettings settings, Action<MeasureReport> found, CancellationToken interrupt) =>
        new ModelJobSession(request, terminal, worker).RunAsync(settings, (models, cancellation) => MeasureAsync(models, found, cancellation), interrupt);

    private Task<int> MeasureAsync(ModelJobs models, CancellationToken interrupt) => MeasureAsync(models, null, interrupt);

    private async Task<int> MeasureAsync(ModelJobs models, Action<MeasureReport>? found, CancellationToken interrupt)
    {
        var (settings, store) = (models.Settings, (FootprintStore)models.Parts.Footprints!);
        var findings = new List<ModelFinding>();
        var jobs = models.Forms.Select(Job).ToArray();
        // Tells people which model it is at: one takes some seconds.
        IJobDisplay display = request.Json ? new NoJobDisplay() : new JobLines(terminal.Out, "Measuring");
        await models.RunAsync(jobs, display.Began, Ended, interrupt);
        var report = new MeasureReport(jobs.Length, models.Lanes, store.Path, store.Flush(), findings);
        foreach (var warning in report.Warnings) models.Log.Warning(warning);
        found?.Invoke(report);
        if (request.Json && found is not null) return report.ExitCode;
        if (request.Json) await terminal.Out.WriteLineAsync(RunSummary.OneLine(report.ToJson()));
        else MeasureTable.Write(report, terminal.Ansi());
        return report.ExitCode;

        QueuedJob Job(ModelForm form)
        {
            var need = WorkerNeed.OfMeasure(form.Card, form.Inspection, models.Lanes, settings.Memory.Budget);
            return new QueuedJob(new WorkerJob.Measure(form.Card, models.Lanes) { Engines = settings.Engines, Library = settings.OnnxRuntime.Library, Room = WorkerNeed.RoomOf(need) }, need);
        }

        void Ended(object ended)
        {
            switch (ended)
            {
                case WorkerDone { Answer: WorkerAnswer.Measured(var measured), Job: WorkerJob.Measure(var card, _) }:
                    store.Add(measured.Key, measured.Record);
                    findings.Add(new ModelFinding(models.TitleOf(card), models.FootprintOf(card), measured, null));
                    break;
                case WorkerFailed { Job: WorkerJob.Measure(var card, _), Why: var why }:
                    models.Log.Error($"model '{models.TitleOf(card)}' was not measured: {why.Reason}");
                    findings.Add(new ModelFinding(models.TitleOf(card), models.FootprintOf(card), null, why));
                    break;
            }
        }
    }
}
