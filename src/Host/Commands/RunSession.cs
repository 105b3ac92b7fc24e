using System.Text.Json.Nodes;
using ActorPipeline.Device;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Hosting.Display;
using ActorPipeline.Hosting.Explaining;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Hosting.Service;
using ActorPipeline.Hosting.Web;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Sources;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Hosting.Commands;

/// <summary>One run from its configuration file to what it leaves in its folder: the body of <c>run</c> and <c>demo</c>.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="terminal">Where it is shown.</param>
/// <param name="complete">Adds to the summary before it is written; null for nothing.</param>
/// <param name="worker">Makes what builds engines in a process of its own; null for the product's.</param>
internal sealed class RunSession(RunRequest request, Terminal terminal, Action<JsonObject>? complete = null, WorkerSource? worker = null)
{
    private const string SummaryFile = "summary.json";
    private const string TimelineFile = "timeline.svg";
    private const string TraceFile = "trace.jsonl";

    /// <summary>Runs.</summary>
    /// <param name="interrupt">Asks for an orderly drain, as SIGINT and SIGTERM do.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken interrupt)
    {
        if (ConfigurationFile.Read(request.Config, request.Sets, terminal.Error) is not { Settings: { } settings } configuration) return ExitCode.BadConfiguration;
        settings = settings.ForThisNode();
        using var log = new StderrLog(terminal.Error);
        if (!MakeFolder(log)) return ExitCode.BadConfiguration;
        if (MachineMemory.Shortage(MachineMemory.Available(), settings.Memory.Budget, settings.Memory.Headroom) is { } shortage) log.Warning(shortage);

        using var interrupts = new Interrupts(interrupt);
        using var site = settings.Web.Enabled ? new WebSite(request.Name, settings, TimeProvider.System, change => log.Note($"page: {change}")) { Reload = running => Reread(running, configuration.AkkaHocon) } : null;
        await using var web = await ListenAsync(settings.Web, site, log);
        if (site is not null && web is null) return ExitCode.BadConfiguration;
        var watched = site?.State ?? (ServiceManager.IsThere ? new LiveState(settings) : null);
        await using var service = ServiceManager.Begin(settings, watched, TimeProvider.System, log.Warning, interrupts.Token);
        var (result, record) = await RunAsync(site?.WithPictures() ?? settings, configuration.AkkaHocon, log, site, watched, interrupts.Token);
        foreach (var error in result.Errors) log.Error(error);
        var code = result.ExitCode;
        if (result.Summary is { } summary && !Leave(summary, record, settings, log) && code == ExitCode.Done) code = ExitCode.Failed;
        if (result.Stuck) ProcessExit.Immediately(code);
        return code;
    }

    private static async Task<WebServer?> ListenAsync(WebSettings settings, WebSite? site, StderrLog log)
    {
        if (site is null) return null;
        try
        {
            var web = await WebServer.StartAsync(settings, site);
            log.Note($"page: {web.Address}");
            return web;
        }
        catch (WebServerException error)
        {
            log.Error(error.Message);
            return null;
        }
    }

    private async Task<(RunResult Result, RunRecord Record)> RunAsync(ActorPipelineSettings settings, string akkaHocon, StderrLog log, WebSite? site, LiveState? watched, CancellationToken interrupt)
    {
        var time = TimeProvider.System;
        var record = new RunRecord();
        var parts = Parts(settings, record, time, log, site);
        var header = new DecisionHeader(DecisionHeader.Version, request.Name, settings.Memory.Budget.Count, time.GetUtcNow(), Part: 1);
        using var decisions = new DecisionFile(request.Output, time.Instant(), header, log.Warning);
        decisions.Begin();
        var run = new PipelineRun(settings, akkaHocon, parts, record, decisions, site, watched);
        var window = Window(settings);
        IRunDisplay display =
            request.Json ? new NoDisplay()
            : terminal.Interactive ? new LiveDisplay(terminal.Ansi(), request.Name, window, time)
            : new PlainDisplay(terminal.Out, window, time);
        using var held = display is LiveDisplay ? log.Hold() : null;
        var running = run.RunAsync(log, interrupt);
        await display.ShowAsync(record, running);
        var result = await running;
        // What was seen of the models is there for the next run.
        parts.Footprints?.Flush();
        return (result, record);
    }

    private ActorPipelineParts Parts(ActorPipelineSettings settings, RunRecord record, TimeProvider time, StderrLog log, WebSite? site)
    {
        var parts = ActorPipelineParts.Product(time, request.Output, engines: settings.Engines, footprints: settings.Memory.Footprints, warn: log.Warning,
            library: settings.OnnxRuntime.Library);
        var (create, createSink) = (parts.CreateSource, parts.CreateSink);
        // A camera that breaks off is made anew, and goes on counting. Each pipeline's reader makes its own, on its own thread.
        var allowances = request.Frames is { } limit ? settings.Pipelines.ToDictionary(p => p.Id, _ => new FrameAllowance(limit)) : null;
        return parts with
        {
            CreateSink = sink => site?.CreateSink(sink) ?? createSink(sink),
            Worker = (worker ?? WorkerProgram.Workers)(log.Warning),
            CreateSource = pipeline =>
            {
                var source = create(pipeline);
                if (allowances is not null) source = new LimitedSource(source, allowances[pipeline.Id]);
                return new AnnouncedSource(source, info =>
                {
                    lock (record.Gate) record.Expect(info.FrameCount);
                });
            },
        };
    }

    /// <summary>The configuration as it is now, beside what runs.</summary>
    private ReloadRequest Reread(ActorPipelineSettings running, string akka)
    {
        using var errors = new StringWriter();
        if (ConfigurationFile.Read(request.Config, request.Sets, errors) is not { Settings: { } settings } read)
            return new ReloadRequest([], [], errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var reload = ReloadRequest.Of(running, settings.ForThisNode());
        return read.AkkaHocon == akka ? reload : reload with { NeedRestart = [.. reload.NeedRestart, "akka"] };
    }

    private bool MakeFolder(StderrLog log)
    {
        try
        {
            Directory.CreateDirectory(request.Output);
            return true;
        }
        catch (Exception error) when (IsFileError(error))
        {
            log.Error($"the output folder '{request.Output}' cannot be made: {error.Message}");
            return false;
        }
    }

    /// <summary>Leaves summary and picture in the folder, and says how the run went.</summary>
    private bool Leave(JsonObject summary, RunRecord record, ActorPipelineSettings settings, StderrLog log)
    {
        var kept = true;
        try
        {
            complete?.Invoke(summary);
        }
        catch (Exception error) when (IsFileError(error))
        {
            log.Error($"results in '{request.Output}' cannot be read back: {error.Message}");
            kept = false;
        }
        try
        {
            File.WriteAllText(request.File(SummaryFile), RunSummary.Indented(summary));
            File.WriteAllText(request.File(TimelineFile), TimelinePicture.Of(record, request.Name, Window(settings)));
            using var trace = File.CreateText(request.File(TraceFile));
            lock (record.Gate) RunTrace.Write(trace, record, settings, settings.Serving.Lanes > 0 ? settings.Serving.Lanes : Environment.ProcessorCount);
        }
        catch (Exception error) when (IsFileError(error))
        {
            log.Error($"summary or timeline in '{request.Output}' cannot be written: {error.Message}");
            kept = false;
        }
        if (request.Json)
        {
            terminal.Out.WriteLine(RunSummary.OneLine(summary));
            return kept;
        }
        var files = settings.Pipelines.SelectMany(p => p.Sinks).Select(s => s.Path.Length > 0 ? s.Path : s.Snapshots?.Folder ?? "").Where(path => path.Length > 0).Append(SummaryFile).Append(TimelineFile).Append(TraceFile).Append(DecisionFile.Name);
        foreach (var line in FinalReport.Lines(summary, request.Output, files)) terminal.Out.WriteLine(line);
        return kept;
    }

    private static int Window(ActorPipelineSettings settings) => settings.Pipelines.Sum(p => p.Window.Max);

    private static bool IsFileError(Exception error) => error is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
