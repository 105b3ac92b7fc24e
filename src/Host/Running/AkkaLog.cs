using Akka.Actor;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorPipeline.Hosting.Running;

/// <summary>
/// Passes what actors log on whole, with who said it. (Akka.Hosting's own bridge passes a finished line with date, thread and path in it.)
/// </summary>
internal sealed class AkkaLog : LoggerFactoryLogger
{
    private readonly ILogger _log = Context.System.Settings.Setup.Get<LoggerFactorySetup>().Value.LoggerFactory.CreateLogger("akka");

    private readonly RemoteNoise _noise = new(TimeProvider.System);

    protected override void Log(LogEvent log, ActorPath path)
    {
        if (!RemoteNoise.Is(log))
        {
            var level = log.LogLevel() switch
            {
                Akka.Event.LogLevel.ErrorLevel => LogLevel.Error,
                Akka.Event.LogLevel.WarningLevel => LogLevel.Warning,
                _ => LogLevel.Information,
            };
            _log.Log(level, default, new ActorLogState(log), log.Cause, (said, _) => said.Text);
        }
        else if (_noise.LineOf(log) is { } line)
        {
            _log.Log(LogLevel.Warning, default, log, null, (_, _) => line);
        }
    }
}
