using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <content>What models are known to need: declared, measured before, or estimated and then learnt from each time one was alone in memory.</content>
public sealed partial class ActorPipelineRoot
{
    /// <summary>What was seen of variants of which nothing can be kept: their content has no name, or there is no store.</summary>
    private readonly Dictionary<(ModelId, string), FootprintRecord> _records = [];
    /// <summary>Seen during a probe, before it said which provider it ran on.</summary>
    private readonly Dictionary<(ModelId, string), FootprintObserved> _seenInProbe = [];
    /// <summary>What the probe of each variant found.</summary>
    private readonly Dictionary<(ModelId, string), LoadReport> _reports = [];
    private readonly FootprintBook _footprints = new();

    /// <summary>What the budget leaves for a model that is alone, pool by pool.</summary>
    private PoolVector Rooms => PoolVector.Max(PoolVector.Zero, _settings.Memory.Pools - PoolVector.OfHost(Pools + _fixed) - _charged);

    /// <summary>What a variant is thought to need before it was ever loaded here.</summary>
    private (string Variant, Footprint Footprint) FirstNeed(ModelId id, InspectedVariant variant)
    {
        var inspection = variant.Inspection;
        // A guess of what preparing takes never refuses; that it fits at all is for the footprint to say.
        var build = _built.Contains((id, variant.Name)) ? PoolVector.Zero : PoolVector.Min(BuildOf(inspection), Rooms);
        return (variant.Name, WithinRooms(Placed(inspection.Footprint)) with { Build = build });
    }

    /// <summary>Models with what they are known to need by now, as a start would know it next time.</summary>
    private InspectedModel[] AsLearnt() => [.. _models.Values.Select(model => model with
    {
        Variants = [.. model.Variants.Select(v => _footprints.Find(model.Id, v.Name) is { } known ? v with { Inspection = v.Inspection with { Footprint = known } } : v)],
    })];

    private void OnProbed(ModelProbed probed)
    {
        var id = _probing.Model;
        if (!_probes.TryAdd(id, probed.Report) && VariantAgreement.Fault(id, _probes[id], probed.Report) is { } fault) _refusals.Add(fault);
        Know(_probing, probed.Report);
    }

    /// <summary>A variant was loaded for the first time.</summary>
    private void Know((ModelId Model, string Variant) form, LoadReport report)
    {
        _reports[form] = report;
        if (_footprints.Find(form.Model, form.Variant) is { } known) Use(form.Model, form.Variant, known with { Build = PoolVector.Zero });
        // A load that prepares takes more than those after it will.
        if (_seenInProbe.Remove(form, out var seen) && report.Engine != EngineUse.Built) OnObserved(seen);
    }

    private void OnObserved(FootprintObserved seen)
    {
        if (Served(seen.Model) is not { } model || model.Variants.FirstOrDefault(v => v.Name == seen.Variant) is not { } variant) return;
        var key = (seen.Model, seen.Variant);
        if (!_reports.TryGetValue(key, out var report))
        {
            _seenInProbe[key] = seen;
            return;
        }
        var observation = new FootprintObservation
        {
            Load = seen.Load.Peak, Resident = seen.Load.Resident, LoadTime = report.LoadTime, Lanes = _lanes, Batch = seen.Batch,
            Run = seen.Turn is { } turn ? Bytes.Max(Bytes.Zero, turn.RunPeak - seen.Load.Resident) : null,
        };
        var record = Record(key, FootprintResolver.KeyOf(variant.Inspection, report.Provider), observation);
        // What its user declared stands as it is; a load that takes more is charged what it takes.
        if (variant.Card.Footprint is not null) return;
        var batch = _footprints.Find(seen.Model, seen.Variant)?.Batch ?? 1;
        Use(seen.Model, seen.Variant, WithinRoom(Placed(record.ToFootprint(_lanes, variant.Inspection.Footprint, batch)), _footprints.WeightsOf(seen.Model, seen.Variant).All));
    }

    private FootprintRecord Record((ModelId, string) variant, FootprintKey? key, FootprintObservation observation)
    {
        if (key is not null && _parts.Footprints is { } store)
        {
            store.Observe(key, observation);
            if (store.Find(key) is { } kept) return kept;
        }
        return _records[variant] = _records.GetValueOrDefault(variant, new FootprintRecord()).Observe(observation);
    }

    /// <summary>What was observed while others grew too may be too much; it never keeps out a model that was in already.</summary>
    private Footprint WithinRoom(Footprint footprint, Bytes weights) =>
        WithinRooms(footprint with { Source = FootprintSource.Estimated }, weights) with { Source = footprint.Source };

    /// <summary>What a variant is known to need from now on.</summary>
    private void Use(ModelId id, string variant, Footprint footprint)
    {
        if (_footprints.Learn(id, variant, footprint)) _tree!.Tell(id, new UseVariants([.. _footprints[id]]));
    }
}
