using HdrHistogram;

namespace ActorPipeline.Hosting.Running;

/// <summary>How long frames took: percentiles of all of them (to three digits) and of the latest, in a fixed amount of memory however long the run.</summary>
internal sealed class LatencyRecord
{
    /// <summary>Frames that count as the latest.</summary>
    public const int Latest = 100;

    private static readonly long Longest = (long)TimeSpan.FromHours(1).TotalMicroseconds;

    private readonly LongHistogram _all = new(1, Longest, 3);
    private readonly double[] _latest = new double[Latest];
    private long _count;

    /// <summary>A frame took so long; more than an hour counts as an hour.</summary>
    public void Add(TimeSpan latency)
    {
        _all.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, Longest));
        _latest[_count++ % Latest] = latency.TotalMilliseconds;
    }

    /// <summary>Milliseconds that this share of all frames stays within; 0 where there was none.</summary>
    public double Percentile(double share) => _count == 0 ? 0 : Math.Round(_all.GetValueAtPercentile(100 * share) / 1000.0, 3);

    /// <summary>The median of the latest, in milliseconds; 0 where there was none.</summary>
    public double LatestMedian => RunSummary.Percentile([.. _latest.Take((int)Math.Min(_count, Latest))], 0.5);
}
