using System.Runtime.InteropServices;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Inference;
using ActorPipeline.Workers;
using Akka.Actor;
using Akka.Configuration;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Hosting.Measuring;

/// <summary>What <c>measure</c> is asked for.</summary>
/// <param name="Config">The configuration file.</param>
/// <param name="Sets">Each <c>--set PATH=VALUE</c>.</param>
/// <param name="Json">Whether the result is printed as one JSON object.</param>
internal sealed record MeasureRequest(string Config, IReadOnlyList<string> Sets, bool Json);

/// <summary>One measuring from its configuration file to the records it leaves.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="terminal">Where it is shown.</param>
/// <param name="worker">Makes what runs a job in a process of its own, given where that writes its log, and the library it runs models with.</param>
internal sealed class MeasureSession(
    MeasureRequest request, Terminal terminal, Func<Action<string>, string, Func<WorkerJob, CancellationToken, Task<WorkerAnswer>>> worker)
{
    /// <summary>Measures.</summary>
    /// <param name="interrupt">Kills the worker and ends it, as SIGINT and SIGTERM do.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken interrupt)
    {
        if (ConfigurationFile.Read(request.Config, request.Sets, terminal.Error) is not { Settings: { } settings }) return ExitCode.BadConfiguration;
        using var log = new StderrLog(terminal.Error);
        var library = settings.OnnxRuntime.Library;
        var parts = ActorPipelineParts.Product(TimeProvider.System, footprints: settings.Memory.Footprints, warn: log.Warning, library: library) with
        {
            Worker = Announced(worker(log.Warning, library)),
        };
        var lanes = settings.Serving.Lanes > 0 ? settings.Serving.Lanes : Environment.ProcessorCount;
        if (Look(settings, parts, lanes, log) is not { } before) return ExitCode.BadConfiguration;

        using var asked = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        var findings = await MeasureAsync(settings, parts, lanes, before, log, asked.Token);
        var store = (FootprintStore)parts.Footprints!;
        var report = new MeasureReport(lanes, store.Path, store.Flush(), findings);
        foreach (var warning in report.Warnings) log.Warning(warning);
        if (request.Json) await terminal.Out.WriteLineAsync(RunSummary.OneLine(report.ToJson()));
        else MeasureTable.Write(report, terminal.Ansi());
        if (asked.IsCancellationRequested) return ExitCode.Interrupted;
        // A model without an answer: the actors ended before it was its turn.
        return findings.Count < before.Count ? ExitCode.Failed : report.ExitCode;

        void Interrupt(PosixSignalContext context)
        {
            context.Cancel = true;
            asked.Cancel();
        }
    }

    /// <summary>Tells people which model it is at: one takes some seconds.</summary>
    private Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> Announced(Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> run) => (job, cancellation) =>
    {
        if (!request.Json) terminal.Out.WriteLine($"Measuring {job.Model} ...");
        return run(job, cancellation);
    };

    /// <summary>What each model is counted with now; null after every model that cannot be looked at was named.</summary>
    private static Dictionary<ModelId, Footprint>? Look(ActorPipelineSettings settings, ActorPipelineParts parts, int lanes, StderrLog log)
    {
        var footprints = new Dictionary<ModelId, Footprint>();
        foreach (var card in settings.Models.Values)
        {
            switch (InspectionOutcome.Of(parts.Runtime, card))
            {
                case InspectionOutcome.Found(var inspection):
                    footprints.Add(card.Id, FootprintResolver.Resolve(card, inspection, parts.Footprints, lanes).Footprint);
                    break;
                case InspectionOutcome.Failed(var reason):
                    log.Error(reason);
                    break;
            }
        }
        return footprints.Count == settings.Models.Count ? footprints : null;
    }

    private async Task<IReadOnlyList<ModelFinding>> MeasureAsync(
        ActorPipelineSettings settings, ActorPipelineParts parts, int lanes, Dictionary<ModelId, Footprint> before, StderrLog log, CancellationToken interrupt)
    {
        var findings = new List<ModelFinding>();
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var system = ActorSystem.Create("actor-pipeline", ConfigurationFactory.ParseString(
            "akka { loglevel = OFF, stdout-loglevel = OFF, coordinated-shutdown.run-by-clr-shutdown-hook = off }").WithFallback(ActorPipelineHosting.Dispatchers()));
        var models = before.ToArray();
        Action<object> report = Report;
        var measuring = system.ActorOf(Props.Create(() => new MeasuringActor(settings, parts, lanes, models, report, over)), "measuring");
        await using (interrupt.Register(() => system.Stop(measuring)))
            await over.Task;
        await system.Terminate();
        return findings;

        // On the one actor, one at a time, and all before it is over.
        void Report(object ended)
        {
            switch (ended)
            {
                case WorkerDone { Answer: WorkerAnswer.Measured(var measured), Job: WorkerJob.Measure(var card, _) }:
                    parts.Footprints!.Add(measured.Key, measured.Record);
                    findings.Add(new ModelFinding(card, before[card.Id], measured, null));
                    break;
                case WorkerFailed { Job: WorkerJob.Measure(var card, _), Why: var why }:
                    log.Error($"model '{card.Id}' was not measured: {why.Reason}");
                    findings.Add(new ModelFinding(card, before[card.Id], null, why));
                    break;
            }
        }
    }
}
