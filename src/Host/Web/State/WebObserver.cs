using ActorPipeline.Telemetry;
using Akka.Actor;

namespace ActorPipeline.Hosting.Web;

/// <summary>Writes what happens into what the page tells.</summary>
internal sealed class WebObserver : ReceiveActor
{
    /// <param name="state">Where it writes.</param>
    public WebObserver(LiveState state) => Receive<ITelemetryEvent>(happened =>
    {
        lock (state.Gate) state.Apply(happened);
    });
}
