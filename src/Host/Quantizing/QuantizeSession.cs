using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Display;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Inference;
using ActorPipeline.Quantization;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>One quantisation from its arguments to the files it leaves: the body of <c>quantize</c>.</summary>
/// <param name="arguments">What is asked for.</param>
/// <param name="terminal">Where it is shown.</param>
/// <param name="worker">Has a process of its own quantise.</param>
/// <param name="registry">The file of registered forms; null for the user's own.</param>
internal sealed class QuantizeSession(QuantizeArguments arguments, Terminal terminal, QuantizeWorker worker, string? registry = null)
{
    /// <summary>Quantises.</summary>
    /// <param name="interrupt">Kills the worker and ends it, as SIGINT and SIGTERM do.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken interrupt)
    {
        if (QuantizePlan.Of(arguments, terminal.Error) is not { } plan) return ExitCode.BadConfiguration;
        using var log = new StderrLog(terminal.Error);
        using var interrupts = new Interrupts(interrupt);
        try
        {
            return await WorkAsync(plan, log, interrupts.Token) switch
            {
                WorkerAnswer.Quantized(var report) => Leave(plan, report with { MaxLoss = plan.Request.MaxLoss }, log),
                WorkerAnswer.Failed failed => Failed(plan, failed, log),
                var answer => Failed(plan, new WorkerAnswer.Failed($"its worker process answered with {answer.GetType().Name}", null), log),
            };
        }
        catch (OperationCanceledException) when (interrupts.Token.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
    }

    private async Task<WorkerAnswer> WorkAsync(QuantizePlan plan, StderrLog log, CancellationToken interrupt)
    {
        // What a worker that was killed leaves goes with this.
        using var scratch = new ScratchFolder();
        var job = new WorkerJob.Quantize(plan.Request) { Engines = plan.Engines, Library = plan.Request.Library };
        IPhaseDisplay display = arguments.Json ? new NoPhaseDisplay() : terminal.Interactive ? new PhaseProgress(terminal.Ansi()) : new PhaseLines(terminal.Out);
        using (display is PhaseProgress ? log.Hold() : null)
            return await display.ShowAsync(() => worker(job, scratch.Path, log.Warning, Told, interrupt));

        void Told(WorkerProgress progress)
        {
            if (progress is WorkerProgress.Quantizing(var at)) display.At(at);
        }
    }

    private int Failed(QuantizePlan plan, WorkerAnswer.Failed failed, StderrLog log)
    {
        log.Error($"model '{plan.Request.Card.Path}' was not quantised: {failed.Reason}");
        if (arguments.Json) terminal.Out.WriteLine(RunSummary.OneLine(new JsonObject { ["model"] = plan.Request.Card.Path, ["published"] = false, ["error"] = failed.Reason }));
        return failed.BadInput || failed.Failure?.IsBadModel() == true ? ExitCode.BadConfiguration : ExitCode.Failed;
    }

    private int Leave(QuantizePlan plan, QuantizationReport report, StderrLog log)
    {
        var kept = true;
        try
        {
            WholeFile.Write(plan.Files.Report(report.Published), QuantizationReportJson.Indented(report));
            WholeFile.Write(plan.Files.Picture(report.Published), QuantizationPicture.Of(report));
            plan.Files.RemoveStale(report.Published);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.Error($"the report or the picture beside '{plan.Files.Model}' cannot be written: {error.Message}");
            kept = false;
        }
        var registered = report.Published && Registry(log).Register(RegisteredVariant.Of(report, plan.Request.Card, plan.Name));
        foreach (var warning in report.Warnings) log.Warning(warning);
        foreach (var refusal in report.Refusals) log.Error($"refused: {refusal}");
        if (arguments.Json) terminal.Out.WriteLine(QuantizationReportJson.Line(report));
        else QuantizeTable.Write(report, plan, registered, terminal.Ansi());
        return report.Published && kept ? ExitCode.Done : ExitCode.Failed;
    }

    private VariantRegistry Registry(StderrLog log) => new(registry ?? VariantRegistry.DefaultPath(Environment.GetEnvironmentVariable), log.Warning);
}
