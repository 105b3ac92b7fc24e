using System.Diagnostics.Metrics;

namespace ActorPipeline.Metering;

/// <summary>
/// The instruments of ActorPipeline, for OpenTelemetry or any other listener: <c>AddMeter(PipelineMeter.Name)</c>. Bytes are <c>By</c>,
/// times are seconds. docs/operations.md has the whole list. One that nobody listens to costs a check.
/// </summary>
public sealed class PipelineMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "ActorPipeline";

    private readonly Meter _meter = new(new MeterOptions(Name) { Version = typeof(PipelineMeter).Assembly.GetName().Version?.ToString(3) });

    /// <summary>Makes the instruments.</summary>
    public PipelineMeter() =>
        (Frames, Models, Memory, Lanes, Neighbours) = (new(_meter), new(_meter), new(_meter), new(_meter), new(_meter));

    /// <summary>For specs, which listen to one of several.</summary>
    internal Meter Meter => _meter;

    internal FrameInstruments Frames { get; }

    internal ModelInstruments Models { get; }

    internal MemoryInstruments Memory { get; }

    internal LaneInstruments Lanes { get; }

    internal NeighbourInstruments Neighbours { get; }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
