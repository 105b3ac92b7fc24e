using ActorPipeline.Memory;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using static ActorPipeline.Hosting.Explaining.DecisionEvent;

namespace ActorPipeline.Hosting.Explaining;

/// <summary>Makes the lines of a run's decision log from what is published. One thread at a time.</summary>
/// <param name="start">On the actors' clock.</param>
/// <param name="write">Gets each line.</param>
internal sealed class DecisionLog(TimeSpan start, Action<DecisionLine> write)
{
    private readonly HashSet<string> _waiting = [];
    private readonly Dictionary<string, string> _yielded = [];
    private readonly Dictionary<LeaseId, Bytes> _leases = [];

    /// <summary>Takes in what happened; most of what is published is no decision.</summary>
    public void Take(ITelemetryEvent happened)
    {
        switch (happened)
        {
            case LeaseChanged lease: Take(lease); break;
            case LedgerChanged ledger: Take(ledger); break;
            case ModelStateChanged state: Take(state); break;
            case BudgetChanged budget: write(Line(budget, Budget) with { Budget = budget.Budget.Count, Critical = budget.Critical, Reason = budget.Why }); break;
            case LeakDebtSeen debt: write(Line(debt, Debt) with { Bytes = debt.Debt.Count }); break;
            case RecycleRequired recycle: write(Line(recycle, Recycle) with { Reason = recycle.Reason }); break;
            case LedgerBegun begun: write(Line(begun, Began) with { Reason = $"supervisor {begun.Epoch}" }); break;
            case RunStarted started: write(Line(started, Started)); break;
            case RunRefused refused: write(Line(refused, Refused) with { Reason = string.Join("; ", refused.Reasons) }); break;
            case RunEnded ended: write(Line(ended, Over) with { Reason = NullIfEmpty(string.Join("; ", ended.Failures)) }); break;
        }
    }

    private void Take(LeaseChanged changed)
    {
        var model = changed.Model.Value;
        if (changed.Change == LeaseChange.Queued) _waiting.Add(model);
        else if (changed.Change is LeaseChange.Granted or LeaseChange.Denied) _waiting.Remove(model);
        else if (changed.Change == LeaseChange.Yielded) _yielded[model] = changed.Reason;
        write(Line(changed, changed.Change.ToString().ToLowerInvariant()) with
        {
            Model = model,
            Lease = changed.Lease?.ToString(),
            Variant = NullIfEmpty(changed.Variant ?? ""),
            Bytes = changed.Lease is null ? null : changed.Bytes.Count,
            Budget = changed.Budget.Count,
            Charged = changed.Charged.Count,
            Reason = NullIfEmpty(changed.Reason),
            Denial = changed.Denial?.ToString(),
            Decision = changed.Decision is { } decision ? Numbers(decision) : null,
        });
    }

    /// <summary>Grants and ends have lines of their own; what is told here is a lease that covers more or less than before, and what is no lease.</summary>
    private void Take(LedgerChanged changed)
    {
        var (charge, bytes) = (changed.Change, changed.Change.Bytes.Total);
        if (charge.Lease is not { } lease)
        {
            if (charge.Kind != ChargeKind.Debt) write(Line(changed, Account) with { Account = charge.Account, Kind = charge.Kind.ToString().ToLowerInvariant(), Bytes = bytes.Count });
            return;
        }
        if (bytes == ActorPipeline.Bytes.Zero) _leases.Remove(lease);
        else if (!_leases.TryGetValue(lease, out var before)) _leases.Add(lease, bytes);
        else if (before != bytes)
        {
            _leases[lease] = bytes;
            write(Line(changed, Resized) with { Model = charge.Account, Lease = lease.ToString(), Bytes = bytes.Count, Budget = changed.Budget.Count, Charged = changed.Charged.Count });
        }
    }

    private void Take(ModelStateChanged changed)
    {
        var model = changed.Model.Value;
        var line = Line(changed, "") with { Model = model, Reason = NullIfEmpty(changed.Reason), Probe = changed.Probe ? true : null };
        switch (changed.State)
        {
            case ModelState.Ready: write(line with { Event = Loaded, Variant = changed.Variant, LoadMs = changed.Load is { } load ? Ms(load.LoadTime) : null }); break;
            // One that was asked to yield has told why.
            case ModelState.Draining when !(_yielded.Remove(model, out var reason) && reason == changed.Reason): write(line with { Event = Leaving }); break;
            case ModelState.BackingOff: write(line with { Event = BackingOff }); break;
            case ModelState.Failed: write(line with { Event = Failed }); break;
            case ModelState.Unloaded when _waiting.Remove(model): write(line with { Event = Withdrawn }); break;
        }
    }

    private DecisionLine Line(ITelemetryEvent happened, string what) => new(Ms(happened.At - start), what);

    private static DecisionNumbers Numbers(LeaseDecision decision) => new(decision.For?.Value, decision.Need.Total.Count, decision.Free.Total.Count,
        [.. decision.Considered.Select(c => new ConsideredLine(c.Model.Value, c.Bytes.Total.Count, c.Wanted, Ms(c.ReloadTime), c.Spared, c.Chosen))]);

    private static double Ms(TimeSpan span) => Math.Round(span.TotalMilliseconds, 1);

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
