namespace ActorPipeline.Telemetry;

/// <summary>Something that happened, published on the actor system's event stream for displays, plots and summaries.</summary>
public interface ITelemetryEvent
{
    /// <summary>When, on the actors' clock (since the system's time provider's zero).</summary>
    TimeSpan At { get; }
}
