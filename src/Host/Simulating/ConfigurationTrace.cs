using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;
using ActorPipeline.Simulation;

namespace ActorPipeline.Hosting.Simulating;

/// <summary>How frames come in a generated trace.</summary>
internal enum TracePattern
{
    /// <summary>Every frame at its time, and something to classify in each.</summary>
    Steady,

    /// <summary>Frames at their times, but something to classify only for two seconds in six, each pipeline at times of its own.</summary>
    Bursty,

    /// <summary>The trace is a day: frames come at full rate at a pipeline's noon and hardly at its midnight, each pipeline at hours of its own.</summary>
    Diurnal,

    /// <summary>All pipelines deliver at the same moments, always with something to classify, and in an order that changes models each time.</summary>
    Adversarial,
}

/// <summary>Makes a trace from the pipelines of a configuration. The same arguments give the same trace.</summary>
internal static class ConfigurationTrace
{
    private const double BurstSeconds = 2, BurstEverySeconds = 6;

    /// <summary>Makes it.</summary>
    /// <param name="pipelines">The pipelines.</param>
    /// <param name="models">The models, in the order of the trace.</param>
    /// <param name="pattern">How frames come.</param>
    /// <param name="fps">Frames a second of each pipeline.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="budget">What models may have.</param>
    /// <param name="lanes">Runs at once.</param>
    public static WorkloadTrace Of(IReadOnlyList<PipelineSettings> pipelines, IReadOnlyList<TraceModel> models, TracePattern pattern, double fps, double seconds, PoolVector budget, int lanes)
    {
        var index = models.Select((m, i) => (m.Id, i)).ToDictionary(m => m.Id, m => m.i);
        var random = new Random(1);
        var frames = pipelines.SelectMany(p => Frames(p, pattern, fps, seconds, random)).OrderBy(f => f.At);
        var requests = new List<TraceRequest>();
        foreach (var frame in frames)
        {
            // In time for a live source is a frame that is done before its place in the window is needed.
            var due = frame.At + (frame.Pipeline.Deadline > TimeSpan.Zero ? frame.Pipeline.Deadline : TimeSpan.FromSeconds(frame.Pipeline.Window.Max / fps));
            requests.Add(new TraceRequest(frame.At, index[frame.Pipeline.Detect]) { Deadline = due });
            if (!frame.Classify) continue;
            var detected = requests.Count - 1;
            foreach (var classify in frame.Pipeline.Classify) requests.Add(new TraceRequest(frame.At, index[classify]) { Deadline = due, After = detected });
        }
        return new WorkloadTrace($"{pattern.ToString().ToLowerInvariant()}, {fps:0.##} frames a second, {seconds:0.##} s", models, requests)
        {
            Window = Math.Max(1, pipelines.Sum(p => p.Window.Max * (1 + p.Classify.Count))),
            Lanes = lanes,
            Budget = budget,
        };
    }

    private readonly record struct Frame(TimeSpan At, PipelineSettings Pipeline, bool Classify);

    private static IEnumerable<Frame> Frames(PipelineSettings pipeline, TracePattern pattern, double fps, double seconds, Random random)
    {
        var phase = random.NextDouble();
        for (var i = 0; i < (long)(fps * seconds); i++)
        {
            var at = (i + (pattern == TracePattern.Adversarial ? 0 : phase)) / fps;
            var day = 0.5 + (0.5 * Math.Cos(2 * Math.PI * ((at / seconds) - phase)));
            if (pattern == TracePattern.Diurnal && random.NextDouble() >= 0.05 + (0.95 * day)) continue;
            var classify = pattern != TracePattern.Bursty || (at + (phase * BurstEverySeconds)) % BurstEverySeconds < BurstSeconds;
            yield return new Frame(TimeSpan.FromSeconds(at), pipeline, classify);
        }
    }
}
