using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ActorPipeline.Metering;

/// <summary>All that instruments record while it lives, each as "name{tag=value,...}".</summary>
internal sealed class MeterReadings : IDisposable
{
    private readonly ConcurrentDictionary<string, (double Sum, double Last)> _values = [];
    private readonly ConcurrentDictionary<string, Instrument> _instruments = [];
    private readonly MeterListener _listener;

    /// <param name="meter">Whose; null for all of that name.</param>
    public MeterReadings(Meter? meter = null)
    {
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (meter is null ? instrument.Meter.Name != PipelineMeter.Name : !ReferenceEquals(instrument.Meter, meter)) return;
                _instruments[instrument.Name] = instrument;
                listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What there is.</summary>
    public ICollection<Instrument> Instruments => _instruments.Values;

    /// <summary>What was recorded, by instrument and tags.</summary>
    public IEnumerable<string> Names => _values.Keys.Order(StringComparer.Ordinal);

    /// <summary>The sum of what was recorded: what a counter shows.</summary>
    public double Sum(string name) => _values.TryGetValue(name, out var value) ? value.Sum : 0;

    /// <summary>What was recorded last: what a gauge shows; null before.</summary>
    public double? Last(string name) => _values.TryGetValue(name, out var value) ? value.Last : null;

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var texts = new List<string>();
        foreach (var (key, tag) in tags) texts.Add($"{key}={tag}");
        _values.AddOrUpdate(texts.Count == 0 ? instrument.Name : $"{instrument.Name}{{{string.Join(',', texts)}}}", (value, value), (_, old) => (old.Sum + value, value));
    }
}
