using System.Diagnostics.Metrics;

namespace ActorPipeline.Metering;

/// <summary>Bounds of histograms' buckets, as advice to whoever collects them.</summary>
internal static class Buckets
{
    /// <summary>What loads and hand-offs take: milliseconds on a workstation, a minute where an engine is built.</summary>
    public static InstrumentAdvice<double> Work { get; } = Seconds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);

    /// <summary>Differences of sizes, from -256 to 256 MiB.</summary>
    public static InstrumentAdvice<long> Differences { get; } = new()
    {
        HistogramBucketBoundaries = [.. new long[] { -256, -64, -16, -4, -1, 0, 1, 4, 16, 64, 256 }.Select(mebibytes => mebibytes << 20)],
    };

    public static InstrumentAdvice<double> Seconds(params double[] bounds) => new() { HistogramBucketBoundaries = bounds };
}
