using ActorPipeline.Catalog;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Serving;

/// <summary>What a model is doing.</summary>
public enum ModelState
{
    /// <summary>Not in memory, not wanted.</summary>
    Unloaded,

    /// <summary>Wanted; waits for its lease.</summary>
    AwaitingLease,

    /// <summary>Loads under its lease.</summary>
    Loading,

    /// <summary>In memory; work is handed out.</summary>
    Ready,

    /// <summary>Its last runs end; then it is unloaded and its release verified.</summary>
    Draining,

    /// <summary>Waits after a failure before it tries again.</summary>
    BackingOff,

    /// <summary>Given up for this process.</summary>
    Failed,
}

/// <summary>Published when a model is pinned by hand, or pinned no more.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Model">The model.</param>
/// <param name="Pinned">Which of the two.</param>
public sealed record ModelPinned(TimeSpan At, ModelId Model, bool Pinned) : ITelemetryEvent;

/// <summary>Published whenever a model's state changes.</summary>
/// <param name="At">When, on the actors' clock.</param>
/// <param name="Model">The model.</param>
/// <param name="State">Its new state.</param>
/// <param name="Reason">Why; for people.</param>
/// <param name="Probe">Whether this is the probe at the start rather than a load for work.</param>
/// <param name="Load">What the load found, where it became ready.</param>
public sealed record ModelStateChanged(
    TimeSpan At, ModelId Model, ModelState State, string Reason, bool Probe, Inference.LoadReport? Load) : ITelemetryEvent
{
    /// <summary>Which variant of it the lease is for; null without one.</summary>
    public string? Variant { get; init; }
}
