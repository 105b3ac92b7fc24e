using ActorPipeline.Catalog;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Serving;

/// <summary>Published when a load, or the runs of a turn, were seen to need other than was reserved for them.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Model">The model.</param>
/// <param name="Phase">"load", "resident" or "run".</param>
/// <param name="Reserved">What its lease had for it.</param>
/// <param name="Measured">What it took.</param>
public sealed record FootprintObserved(TimeSpan At, ModelId Model, string Phase, Bytes Reserved, Bytes Measured) : ITelemetryEvent;
