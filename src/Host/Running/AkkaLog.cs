using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorPipeline.Hosting.Running;

/// <summary>
/// Passes warnings and errors of actors on whole, with who said them. (Akka.Hosting's own bridge passes a finished line with date,
/// thread and path in it.)
/// </summary>
internal sealed class AkkaLog : ReceiveActor
{
    /// <param name="log">Gets each event as its state.</param>
    public AkkaLog(ILogger log) => Receive<LogEvent>(said => log.Log(
        said is Error ? LogLevel.Error : LogLevel.Warning, default, said, said.Cause, (message, _) => message.Message?.ToString() ?? ""));

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(Warning));
        Context.System.EventStream.Subscribe(Self, typeof(Error));
    }
}
