using System.Diagnostics.Metrics;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Metering;

/// <summary>Instruments of the board: how its lanes are used, and what waits for them.</summary>
internal sealed class LaneInstruments
{
    private readonly Gauge<long> _lanes;
    private readonly Counter<double> _time;
    private readonly Gauge<long> _queue;
    private readonly Gauge<double> _wait;
    private readonly LaneUse _use = new();

    public LaneInstruments(Meter meter)
    {
        _lanes = meter.CreateGauge<long>("actor_pipeline.lanes", "{lane}", "Lanes that run models.");
        _time = meter.CreateCounter<double>("actor_pipeline.lane.time", "s", "Lane time by state: busy or idle.");
        _queue = meter.CreateGauge<long>("actor_pipeline.queue.length", "{piece}", "Pieces of work that wait for a lane or for their model.");
        _wait = meter.CreateGauge<double>("actor_pipeline.queue.wait", "s", "How long a piece that came now would wait for a lane once its model is ready.");
    }

    /// <summary>Whether anybody listens: the board is asked for nobody else.</summary>
    public bool IsWanted => _lanes.Enabled || _time.Enabled || _queue.Enabled || _wait.Enabled;

    public void Apply(BoardView view)
    {
        var (idle, busy) = _use.Since(view);
        _lanes.Record(view.Lanes);
        _time.Add(idle.TotalSeconds, new KeyValuePair<string, object?>("state", "idle"));
        _time.Add(busy.TotalSeconds, new KeyValuePair<string, object?>("state", "busy"));
        foreach (var (model, seen) in view.Models)
        {
            var tag = new KeyValuePair<string, object?>("model", model.Value);
            _queue.Record(seen.Queued, tag);
            _wait.Record(seen.Queue.TotalSeconds, tag);
        }
    }
}
