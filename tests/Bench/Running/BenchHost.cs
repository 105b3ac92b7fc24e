using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Running;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorPipeline.Bench.Running;

/// <summary>
/// Embeds the pipeline as a user's program does, without the summary, the timeline and the metrics that the command line keeps: what is
/// measured is the pipeline alone.
/// </summary>
/// <param name="settings">What runs.</param>
/// <param name="parts">What the actors touch the world through.</param>
internal sealed class BenchHost(ActorPipelineSettings settings, ActorPipelineParts parts)
{
    /// <summary>Runs until every pipeline has ended.</summary>
    /// <param name="observe">Gets these events, one event after the other; what it allocates is part of the process.</param>
    /// <param name="events">Which events it gets.</param>
    /// <exception cref="InvalidOperationException">The run could not begin, or failed.</exception>
    public async Task<RunEnded> RunAsync(Action<ITelemetryEvent> observe, params Type[] events)
    {
        var over = new TaskCompletionSource<ITelemetryEvent>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddAkka("actor-pipeline", akka =>
        {
            akka.ConfigureLoggers(loggers => { loggers.AddLoggerFactory(); loggers.ClearLoggers(); loggers.AddLogger<AkkaLog>(); loggers.LogLevel = Akka.Event.LogLevel.WarningLevel; });
            akka.WithActors((system, _) =>
            {
                var observer = system.ActorOf(Props.Create(() => new Observer(observe, over)), "bench-observer");
                foreach (var type in (Type[])[.. events, typeof(RunEnded), typeof(RunRefused)]) system.EventStream.Subscribe(observer, type);
            });
            akka.WithActorPipeline(settings, parts);
        });
        using var host = builder.Build();
        await host.StartAsync(CancellationToken.None);
        var end = await over.Task;
        await host.StopAsync(CancellationToken.None);
        return end is RunEnded { Failures.Count: 0 } ended ? ended
            : throw new InvalidOperationException(string.Join("; ", end is RunRefused refused ? refused.Reasons : ((RunEnded)end).Failures));
    }

    private sealed class Observer : ReceiveActor
    {
        public Observer(Action<ITelemetryEvent> observe, TaskCompletionSource<ITelemetryEvent> over) => Receive<ITelemetryEvent>(message =>
        {
            if (message is RunEnded or RunRefused) over.TrySetResult(message);
            else observe(message);
        });
    }
}
