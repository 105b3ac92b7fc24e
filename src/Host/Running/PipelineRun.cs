using System.Diagnostics;
using System.Text.Json.Nodes;
using ActorPipeline.Device;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Hosting.Explaining;
using ActorPipeline.Hosting.Web;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorPipeline.Hosting.Running;

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">What the process is to say.</param>
/// <param name="Summary">The summary; null where the run could not begin.</param>
/// <param name="Errors">What went wrong, for people.</param>
/// <param name="Stuck">Whether a native call never came back: leave with <see cref="ProcessExit.Immediately"/>.</param>
internal sealed record RunResult(int ExitCode, JsonObject? Summary, IReadOnlyList<string> Errors, bool Stuck);

/// <summary>Runs a configuration to its end in a host of its own: the same embedding that a user's program does.</summary>
/// <param name="settings">What runs.</param>
/// <param name="akkaHocon">The configuration's own keys of Akka; empty for none.</param>
/// <param name="parts">What the actors touch the world through.</param>
/// <param name="record">Gets what happens.</param>
/// <param name="decisions">Gets what was decided, and why; null where that is not kept.</param>
/// <param name="site">The page, which is told what happens; null where there is none.</param>
/// <param name="watched">How it stands, for whoever watches over the process; null where the page's will do, or nobody does.</param>
internal sealed class PipelineRun(
    ActorPipelineSettings settings, string akkaHocon, ActorPipelineParts parts, RunRecord record, DecisionFile? decisions = null, WebSite? site = null, LiveState? watched = null)
{
    /// <summary>What happens, as it happens.</summary>
    public RunRecord Record => record;

    private LiveState? Watched => watched ?? site?.State;

    /// <summary>Runs until every pipeline has ended or the caller cancels; then drains.</summary>
    /// <param name="log">Gets warnings and errors of the actors.</param>
    /// <param name="interrupt">Asks for an orderly drain.</param>
    public async Task<RunResult> RunAsync(ILoggerProvider log, CancellationToken interrupt)
    {
        var over = new TaskCompletionSource<ITelemetryEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Warning);
        var exports = TelemetryExport.Add(builder, settings);
        // A start that fails is told once, by who asked for it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddAkka(settings.Cluster.Enabled ? settings.Cluster.Name : "actor-pipeline", akka =>
        {
            akka.ConfigureLoggers(loggers => { loggers.AddLoggerFactory(); loggers.ClearLoggers(); loggers.AddLogger<AkkaLog>(); loggers.LogLevel = exports ? Akka.Event.LogLevel.InfoLevel : Akka.Event.LogLevel.WarningLevel; });
            // Signals are the caller's: Akka's own answer to SIGINT would end the run without its saying that it was interrupted.
            akka.AddHocon("akka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Prepend);
            if (akkaHocon.Length > 0) akka.AddHocon(Akka.Configuration.ConfigurationFactory.ParseString(akkaHocon), HoconAddMode.Prepend);
            // Subscribed here and not by itself: the root may refuse before an observer has run its first line.
            akka.WithActors((system, registry) =>
            {
                var observer = system.ActorOf(Props.Create(() => new RunObserver(Record, over, decisions)), "run-observer");
                system.EventStream.Subscribe(observer, typeof(ITelemetryEvent));
                registry.Register<RunObserver>(observer);
                if (Watched is { } state) system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new WebObserver(state)), "web-observer"), typeof(ITelemetryEvent));
            });
            akka.WithActorPipeline(settings, parts);
            akka.AddStartup((_, registry) => registry.Get<RunObserver>().Tell(new RunObserver.Watch(registry.Get<ActorPipelineRoot>())));
        });
        using var host = builder.Build();
        try
        {
            await host.StartAsync(CancellationToken.None);
        }
        catch (Exception fault) when (NodeFault.Of(fault, settings.Cluster) is not null)
        {
            return new RunResult(ExitCode.BadConfiguration, null, [NodeFault.Of(fault, settings.Cluster)!], Stuck: false);
        }
        var cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
        var root = host.Services.GetRequiredService<IActorRegistry>().Get<ActorPipelineRoot>();
        site?.Attach(root);
        await using (interrupt.Register(() => root.Tell(new HostingProtocol.ShutDown())))
        {
            var end = await over.Task;
            var cpu = Process.GetCurrentProcess().TotalProcessorTime - cpuBefore;
            var result = Judge(end, cpu, interrupt.IsCancellationRequested);
            if (!result.Stuck) await host.StopAsync(CancellationToken.None);
            return result;
        }
    }

    private RunResult Judge(ITelemetryEvent end, TimeSpan cpu, bool interrupted)
    {
        if (end is RunRefused refused)
        {
            var refusal = refused.Stuck ? ExitCode.Failed : interrupted ? ExitCode.Interrupted : ExitCode.BadConfiguration;
            return new RunResult(refusal, null, refused.Reasons, refused.Stuck);
        }

        var ended = (RunEnded)end;
        var summary = RunSummary.Of(Record, settings.Pipelines.Sum(p => p.Window.Max), cpu, settings.Memory.Budget);
        if (settings.Cluster.Enabled) summary["cluster"] = Record.Cluster.ToJson();
        var errors = ended.Failures.ToList();
        if (EveryFrameFailed(ended)) errors.Add("every frame failed");
        var code = errors.Count > 0 ? ExitCode.Failed : interrupted ? ExitCode.Interrupted : ExitCode.Done;
        return new RunResult(code, summary, errors, ended.Stuck);
    }

    private static bool EveryFrameFailed(RunEnded ended)
    {
        var captured = ended.Pipelines.Sum(p => p.Totals.Captured);
        return captured > 0 && ended.Pipelines.Sum(p => p.Totals.Failed.Values.Sum()) == captured;
    }

    /// <summary>Leaves signals to the caller: the host's usual lifetime would answer them too.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
