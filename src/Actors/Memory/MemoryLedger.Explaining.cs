using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

/// <content>Why: for people and logs.</content>
internal sealed partial class MemoryLedger
{
    /// <summary>Why a model is, or is not, in memory.</summary>
    public ModelExplanation Explain(ModelId model, TimeSpan now)
    {
        var (charged, free) = (Charged, Budget - Charged);
        if (_leases.All.FirstOrDefault(e => e.Lease.Model == model) is { } entry)
        {
            var (state, why) = entry switch
            {
                { Stuck: true } => ("stuck", "a native call under its lease never came back"),
                { Leaving: true } => ("leaving", "it was asked to yield"),
                { Lease.Phase: LeasePhase.Resident } => ("resident", $"it is wanted for {Wanted(entry.Use)} and yields when another waits and its turn is over"),
                _ => ("loading", "its lease is granted"),
            };
            return new ModelExplanation(model, state, entry.Lease.Bytes, PoolVector.Zero, Budget, free, 0, [], $"'{model}' is {state}: {why}; its lease covers {entry.Lease.Bytes}.");
        }
        var ahead = 0;
        foreach (var pending in _queue.All)
        {
            if (pending.Request.Model != model)
            {
                ahead++;
                continue;
            }
            var need = FirstThatCanFit(pending);
            _victims.Clear();
            var considered = Considered(pending.Guest, now);
            var spared = considered.Where(c => c.Spared is not null).Select(c => $"'{c.Model}' ({c.Bytes}): {c.Spared}");
            return new ModelExplanation(model, "waiting", PoolVector.Zero, need, Budget, free, ahead, considered,
                $"'{model}' waits for {need}: {free} of the budget of {Budget} are free, {ahead} requests are before it. {string.Join("; ", spared)}".TrimEnd());
        }
        return new ModelExplanation(model, "not requested", PoolVector.Zero, PoolVector.Zero, Budget, free, 0, [],
            $"'{model}' is not in memory, and nothing wants it: {charged} of {Budget} are charged.");
    }

    /// <summary>What a request that waits was decided by; null where it does not wait.</summary>
    public LeaseDecision? Waiting(RequestId request, TimeSpan now)
    {
        if (_queue.All.FirstOrDefault(p => p.Request.Request == request) is not { } pending) return null;
        _victims.Clear();
        return Decision(pending.Request.Model, FirstThatCanFit(pending), pending.Guest, now);
    }

    private LeaseDecision Decision(ModelId? model, PoolVector need, bool guest, TimeSpan now) => new(model, need, Budget - Charged, Considered(guest, now));

    /// <summary>The models looked at, chosen ones first; no more than a log line can bear.</summary>
    private List<ConsideredModel> Considered(bool guest, TimeSpan now)
    {
        var considered = new List<ConsideredModel>(Math.Min(_leases.Count, LeaseDecision.Most));
        foreach (var victim in _victims) Tell(_leases[victim]!, chosen: true);
        foreach (var entry in _leases.All) Tell(entry, chosen: false);
        return considered;

        void Tell(LeaseEntry entry, bool chosen)
        {
            if (considered.Count >= LeaseDecision.Most || (!chosen && _victims.Contains(entry.Lease.Id))) return;
            var spared = chosen ? null : Spared(entry, guest, now, out var until) is { } why && until is { } end ? $"{why} {Milliseconds(end - now)} more" : Spared(entry, guest, now, out _);
            considered.Add(new ConsideredModel(entry.Lease.Model, entry.Lease.Bytes, Wanted(entry.Use), entry.Use.ReloadTime, spared, chosen));
        }
    }

    private static int Wanted(ModelUse use) => use.Demand?.Total ?? 0;
}
