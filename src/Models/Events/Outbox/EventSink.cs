using ActorPipeline.Sinks;
using ActorPipeline.Vision;

namespace ActorPipeline.Events.Outbox;

/// <summary>Tells what happens to somebody elsewhere: writes put an event into a store, and a <see cref="Mailer"/> delivers from there.</summary>
/// <param name="settings">Which events, and how they wait.</param>
/// <param name="courier">Makes what brings them, for a pipeline.</param>
/// <param name="time">Tells when things happen.</param>
internal sealed class EventSink(OutboxSettings settings, Func<SinkContext, ICourier> courier, TimeProvider time) : IFrameSink
{
    // Well within what a pipeline gives its sinks to close.
    private static readonly TimeSpan DeliverWithin = TimeSpan.FromSeconds(5);

    private readonly EventJson _json = new();
    private IEventStore? _store;
    private Mailer? _mailer;
    private EventSeries? _series;
    private Action<string> _warn = _ => { };
    private bool _full;

    /// <inheritdoc/>
    public bool DrawsPixels => false;

    /// <inheritdoc/>
    public long Dropped => _store?.Dropped ?? 0;

    /// <inheritdoc/>
    public void Open(SinkContext context)
    {
        (_series, _warn) = (new EventSeries(context.Pipeline, time), context.Warn);
        _store = settings.Store.Length == 0 ? new MemoryEventStore(settings.Limit) : new DiskEventStore(settings.Store, settings.Limit, _warn);
        _store.Open();
        _mailer = new Mailer(_store, courier(context), settings.Retry, Lost, time, _warn);
        Add(_series.Started(context));
        _mailer.Start();
    }

    /// <inheritdoc/>
    public void Write(FrameReport report, ImageView? pixels)
    {
        var series = _series ?? throw new SinkException("the sink of events is not open");
        series.Count(report.Outcome);
        if (settings.Outcomes.Count == 0 || settings.Outcomes.Contains(report.Outcome)) Add(series.Frame(report));
    }

    /// <inheritdoc/>
    public void Complete()
    {
        if (_series is not null) Add(_series.Finished());
        End();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End();
        _store?.Dispose();
        _json.Dispose();
    }

    private byte[] Lost(long count)
    {
        using var json = new EventJson();
        return json.Write(_series!.Lost(count));
    }

    private void Add(PipelineEvent happened)
    {
        var trouble = _store!.Add(_json.Write(happened));
        // Once for each time that it begins: a full disk does not fill the log as well.
        if (trouble is not null && !_full) _warn($"events cannot be kept {_store.Where} and are dropped, which is counted: {trouble}");
        _full = trouble is not null;
        _mailer!.Signal();
    }

    private void End()
    {
        if (_mailer is not { } mailer) return;
        _mailer = null;
        mailer.Close(DeliverWithin);
        _store!.Close();
    }
}
