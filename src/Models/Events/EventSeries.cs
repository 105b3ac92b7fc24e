using System.Globalization;
using ActorPipeline.Sinks;

namespace ActorPipeline.Events;

/// <summary>Makes the events of one sink in one run: gives each its id and time, and counts frames.</summary>
/// <param name="pipeline">The pipeline's name.</param>
/// <param name="time">Tells when.</param>
internal sealed class EventSeries(string pipeline, TimeProvider time)
{
    private readonly string _run = Guid.NewGuid().ToString("N")[..16];
    private readonly SortedDictionary<string, long> _frames = new(StringComparer.Ordinal);
    private long _made;

    /// <summary>The pipeline begins.</summary>
    public PipelineStarted Started(SinkContext context) => new(Next(), pipeline, time.GetUtcNow(), context.MaxWidth, context.MaxHeight, context.FramesPerSecond);

    /// <summary>A frame has its outcome.</summary>
    public FrameTold Frame(FrameReport report) => new(Next(), pipeline, time.GetUtcNow(), report);

    /// <summary>Events were dropped.</summary>
    public EventsLost Lost(long count) => new(Next(), pipeline, time.GetUtcNow(), count);

    /// <summary>The pipeline has ended.</summary>
    public PipelineFinished Finished() => new(Next(), pipeline, time.GetUtcNow(), _frames);

    /// <summary>Counts a frame for <see cref="Finished"/>, whether its event is sent or not.</summary>
    public void Count(string outcome) => _frames[outcome] = _frames.GetValueOrDefault(outcome) + 1;

    // The one that tells of lost events is made by whoever sends, on a thread of its own.
    private string Next() => string.Create(CultureInfo.InvariantCulture, $"{_run}-{Interlocked.Increment(ref _made)}");
}
