using System.Diagnostics;

namespace ActorPipeline.Telemetry;

/// <summary>
/// The source of traces, for OpenTelemetry or any other listener: <c>AddSource(PipelineTraces.Name)</c>. A trace is one frame; which frames
/// have one is decided by the setting <c>telemetry.traces.sample</c>, so the listener should take all that come. docs/operations.md has the spans.
/// </summary>
public static class PipelineTraces
{
    /// <summary>The source's name.</summary>
    public const string Name = "ActorPipeline";

    internal static readonly ActivitySource Source = new(Name, typeof(PipelineTraces).Assembly.GetName().Version?.ToString(3));
}
