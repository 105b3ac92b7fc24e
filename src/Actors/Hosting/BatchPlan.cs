using ActorPipeline.Catalog;

namespace ActorPipeline.Hosting;

/// <summary>
/// In which batches models are to run: in larger ones where they were measured to be worth it and their memory takes nothing from anybody,
/// so that models which fit in memory together still do. Only a model's preferred form runs batches; another one stands in for it because
/// memory is short. Pure.
/// </summary>
public static class BatchPlan
{
    /// <summary>Of so many models each set is looked at; of more, only all of them together.</summary>
    private const int MostSets = 10;

    /// <summary>The models with the footprint of their batch.</summary>
    /// <param name="models">The models with their footprints for one crop at a time.</param>
    /// <param name="room">What the budget leaves for models, pool by pool.</param>
    /// <param name="lanes">Lanes that may run a model at once.</param>
    /// <param name="placed">In which pools a footprint is counted; null for its own.</param>
    public static IReadOnlyDictionary<ModelId, InspectedModel> Of(
        IReadOnlyDictionary<ModelId, InspectedModel> models, PoolVector room, int lanes, Func<Footprint, Footprint>? placed = null)
    {
        var needs = models.Values.Select(model => new Need(model, lanes, placed ?? (f => f))).ToArray();
        // One step each in turn, so that the first does not take all there is.
        for (var raised = true; raised;)
        {
            raised = false;
            for (var i = 0; i < needs.Length; i++)
                if (needs[i].Next is not null && MayRaise(needs, i, room)) raised = needs[i].Raise();
        }
        return new OrderedDictionary<ModelId, InspectedModel>(needs.Select(need => KeyValuePair.Create(need.Model.Id, need.Chosen)));
    }

    private static bool MayRaise(Need[] needs, int raised, PoolVector room)
    {
        var others = needs.Where((_, i) => i != raised).ToArray();
        var (before, after) = (needs[raised].Now, needs[raised].Next!.Value);
        if (!Fits([after], room)) return false;
        // What is a mere guess may need less: then sets that are thought not to fit may well do.
        if (others.Length > MostSets || others.Any(o => o.IsGuess)) return Fits([after, .. others.Select(o => o.Now)], room);
        for (var set = 1; set < 1 << others.Length; set++)
        {
            var chosen = others.Where((_, i) => (set & (1 << i)) != 0).Select(o => o.Now).ToArray();
            if (Fits([before, .. chosen], room) && !Fits([after, .. chosen], room)) return false;
        }
        return true;
    }

    /// <summary>Whether each of them can load while the others are resident.</summary>
    private static bool Fits(Lease[] set, PoolVector room)
    {
        var resident = set.Aggregate(PoolVector.Zero, (sum, lease) => sum + lease.Resident);
        return Array.TrueForAll(set, lease => (resident - lease.Resident + lease.Load).FitsIn(room));
    }

    private readonly record struct Lease(PoolVector Load, PoolVector Resident);

    /// <summary>A model, and which of its footprints it has got to.</summary>
    private sealed class Need(InspectedModel model, int lanes, Func<Footprint, Footprint> placed)
    {
        private readonly Footprint[] _footprints = [model.Preferred.Inspection.Footprint, .. model.Preferred.Inspection.Batched];
        private int _at;

        public InspectedModel Model => model;

        public bool IsGuess => _footprints[_at].Source == FootprintSource.Estimated;

        public Lease Now => LeaseOf(_footprints[_at]);

        public Lease? Next => _at + 1 < _footprints.Length ? LeaseOf(_footprints[_at + 1]) : null;

        public InspectedModel Chosen => _at == 0 ? model : model with
        {
            Variants = [model.Preferred with { Inspection = model.Preferred.Inspection with { Footprint = _footprints[_at] } }, .. model.Variants.Skip(1)],
        };

        public bool Raise() => ++_at > 0;

        private Lease LeaseOf(Footprint footprint)
        {
            var where = placed(footprint);
            // A measured footprint is of anonymous memory: weights that the model maps come on top.
            var mapped = PoolVector.OfHost(footprint.Source == FootprintSource.Measured ? model.Preferred.Inspection.MappedBytes : Bytes.Zero);
            return new Lease(where.LoadLease(lanes) + mapped, where.ResidentLease(lanes) + mapped);
        }
    }
}
