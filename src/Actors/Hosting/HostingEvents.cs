using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Pipeline;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Hosting;

/// <summary>Published when a worker process is to build a model's engine, before the run begins.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Model">The model.</param>
public sealed record EngineBuilding(TimeSpan At, ModelId Model) : ITelemetryEvent;

/// <summary>Published when that worker process is gone.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Model">The model.</param>
/// <param name="Engine">What came of it; null where it could not be built.</param>
public sealed record EngineBuilt(TimeSpan At, ModelId Model, EngineReport? Engine) : ITelemetryEvent;

/// <summary>Published when every model was probed and the pipelines begin.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Probes">What the probes found.</param>
/// <param name="FixedCost">What the process had grown by once every model was loaded and unloaded: native libraries, compiled code. Part of the base.</param>
public sealed record RunStarted(TimeSpan At, IReadOnlyDictionary<ModelId, LoadReport> Probes, Bytes FixedCost) : ITelemetryEvent;

/// <summary>Published when the run cannot begin: a source, sink or model cannot be opened, or the budget is too small.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Reasons">Every reason, for people.</param>
/// <param name="Stuck">Whether a native call never came back, so that the process must be left without running destructors.</param>
public sealed record RunRefused(TimeSpan At, IReadOnlyList<string> Reasons, bool Stuck = false) : ITelemetryEvent;

/// <summary>Published when all pipelines have ended and the models are unloaded.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Pipelines">How each pipeline ended.</param>
/// <param name="Failures">What went wrong; empty where all is well.</param>
/// <param name="Stuck">Whether a native call never came back, so that the process must be left without running destructors.</param>
public sealed record RunEnded(
    TimeSpan At, IReadOnlyList<PipelineProtocol.PipelineEnded> Pipelines, IReadOnlyList<string> Failures, bool Stuck) : ITelemetryEvent;
