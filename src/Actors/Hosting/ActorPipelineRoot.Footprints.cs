using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <content>What models are known to need: declared, measured before, or estimated and then learnt from each time one was alone in memory.</content>
public sealed partial class ActorPipelineRoot
{
    /// <summary>What was seen of models of which nothing can be kept: their content has no name, or there is no store.</summary>
    private readonly Dictionary<ModelId, FootprintRecord> _records = [];
    /// <summary>Seen during a probe, before it said which provider it ran on.</summary>
    private readonly Dictionary<ModelId, FootprintObserved> _seenInProbe = [];
    private readonly Dictionary<ModelId, Footprint> _footprints = [];

    /// <summary>What the budget leaves for a model that is alone, pool by pool.</summary>
    private PoolVector Rooms => PoolVector.Max(PoolVector.Zero, _settings.Memory.Pools - PoolVector.OfHost(Pools + _fixed) - _charged);

    private void OnProbed(ModelProbed probed)
    {
        _probes[probed.Model] = probed.Report;
        Use(probed.Model, _footprints[probed.Model] with { Build = PoolVector.Zero });
        // A load that prepares takes more than those after it will.
        if (_seenInProbe.Remove(probed.Model, out var seen) && probed.Report.Engine != EngineUse.Built) OnObserved(seen);
    }

    private void OnObserved(FootprintObserved seen)
    {
        if (!_models.TryGetValue(seen.Model, out var inspection)) return;
        if (!_probes.TryGetValue(seen.Model, out var report))
        {
            _seenInProbe[seen.Model] = seen;
            return;
        }
        var observation = new FootprintObservation
        {
            Load = seen.Load.Peak, Resident = seen.Load.Resident, LoadTime = report.LoadTime, Lanes = _lanes,
            Run = seen.Turn is { } turn ? Bytes.Max(Bytes.Zero, turn.RunPeak - seen.Load.Resident) : null,
        };
        var record = Record(seen.Model, FootprintResolver.KeyOf(inspection, report.Provider), observation);
        // What its user declared stands as it is; a load that takes more is charged what it takes.
        if (_settings.Models[seen.Model].Footprint is null) Use(seen.Model, WithinRoom(Placed(record.ToFootprint(_lanes, inspection.Footprint))));
    }

    private FootprintRecord Record(ModelId model, FootprintKey? key, FootprintObservation observation)
    {
        if (key is not null && _parts.Footprints is { } store)
        {
            store.Observe(key, observation);
            if (store.Find(key) is { } kept) return kept;
        }
        return _records[model] = _records.GetValueOrDefault(model, new FootprintRecord()).Observe(observation);
    }

    /// <summary>What was observed while others grew too may be too much; it never keeps out a model that was in already.</summary>
    private Footprint WithinRoom(Footprint footprint) =>
        WithinRooms(footprint with { Source = FootprintSource.Estimated }) with { Source = footprint.Source };

    /// <summary>What a model is known to need from now on.</summary>
    private void Use(ModelId id, Footprint footprint)
    {
        if (_footprints[id] == footprint) return;
        _footprints[id] = footprint;
        _tree!.Tell(id, new UseFootprint(footprint));
    }
}
