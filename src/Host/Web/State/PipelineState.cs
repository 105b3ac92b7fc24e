using ActorPipeline.Hosting.Running;
using ActorPipeline.Pipeline;

namespace ActorPipeline.Hosting.Web;

/// <summary>What is known of one pipeline: counts since the start, and how fast they grow now.</summary>
internal sealed class PipelineState
{
    private readonly SecondCounts _frames = new();
    private readonly SecondCounts _crops = new();
    private readonly LatencyRecord _latencies = new();
    private readonly SortedDictionary<string, long> _outcomes = [];

    /// <summary>Frames captured.</summary>
    public long Captured { get; private set; }

    /// <summary>Frames in flight now.</summary>
    public int InFlight { get; private set; }

    /// <summary>Frames that may be.</summary>
    public int Window { get; private set; }

    /// <summary>Outages of its source.</summary>
    public long Interruptions { get; private set; }

    /// <summary>Why its source is away; null while it is there.</summary>
    public string? Outage { get; private set; }

    /// <summary>Whether it was told to stand still.</summary>
    public bool Paused { get; set; }

    /// <summary>When it last had a frame's outcome, on the actors' clock; null before the first.</summary>
    public TimeSpan? LastOutcome { get; private set; }

    /// <summary>Frames by outcome: a word, or a word and why.</summary>
    public IReadOnlyDictionary<string, long> Outcomes => _outcomes;

    /// <summary>Milliseconds that half of the latest frames took at most.</summary>
    public double LatestMedianMs => _latencies.LatestMedian;

    /// <summary>Milliseconds that 99 % of all frames took at most.</summary>
    public double P99Ms => _latencies.Percentile(0.99);

    /// <summary>Frames a second, over the last seconds.</summary>
    public double FramesPerSecond(TimeSpan now) => _frames.PerSecond(now);

    /// <summary>Crops classified a second, over the last seconds.</summary>
    public double CropsPerSecond(TimeSpan now) => _crops.PerSecond(now);

    public void Apply(FrameEntered entered) => (Captured, InFlight) = (Captured + 1, entered.InFlight);

    public void Apply(FrameConcluded concluded)
    {
        _frames.Add(concluded.At, 1);
        _crops.Add(concluded.At, concluded.Crops);
        (InFlight, Window, LastOutcome) = (concluded.InFlight - 1, concluded.Window, concluded.At);
        if (concluded.Outcome is FrameOutcome.Classified or FrameOutcome.Empty) _latencies.Add(concluded.Latency);
        var outcome = concluded.Outcome switch
        {
            FrameOutcome.Failed(var why, _) => $"failed: {why}",
            var other => other.Word,
        };
        Count(outcome);
    }

    public void Apply(FrameDropped dropped)
    {
        Captured++;
        Count($"dropped: {dropped.Reason}");
    }

    public void Apply(SourceInterrupted interrupted) => (Interruptions, Outage) = (Interruptions + 1, interrupted.Reason);

    public void Apply(SourceResumed resumed) => Outage = null;

    private void Count(string outcome) => _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
}
