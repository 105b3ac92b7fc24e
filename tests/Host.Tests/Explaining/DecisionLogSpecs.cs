using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Hosting.Explaining;

public sealed class DecisionLogSpecs
{
    private static readonly TimeSpan At = TimeSpan.FromSeconds(1000.5);
    private static readonly ModelId Model = new("a");
    private static readonly LeaseId Lease = new(1, 7);

    private readonly List<DecisionLine> _lines = [];
    private readonly DecisionLog _log;

    public DecisionLogSpecs() => _log = new DecisionLog(TimeSpan.FromSeconds(1000), _lines.Add);

    [Fact]
    public void Should_say_need_free_and_kind_when_a_request_is_denied()
    {
        _log.Take(new LeaseChanged(At, LeaseChange.Denied, Model, Bytes.Zero, "too much")
        {
            Denial = DenialReason.NeverFits, Budget = new Bytes(100), Charged = new Bytes(60), Decision = new LeaseDecision(Model, Of(70), Of(40), []),
        });
        Assert.Equal(
            """{"ms":500,"event":"denied","model":"a","budget":100,"charged":60,"reason":"too much","denial":"NeverFits","decision":{"for":"a","need":70,"free":40,"considered":[]}}""",
            DecisionJson.Line(Assert.Single(_lines)));
    }

    [Fact]
    public void Should_say_why_a_model_leaves_once_when_it_was_asked_to_yield()
    {
        _log.Take(new LeaseChanged(At, LeaseChange.Yielded, Model, Bytes.Zero, "b waits") { Lease = Lease });
        _log.Take(Becomes(ModelState.Draining, "b waits"));
        _log.Take(Becomes(ModelState.Draining, "three failures"));
        Assert.Equal([DecisionEvent.Yielded, DecisionEvent.Leaving], _lines.Select(l => l.Event));
        Assert.Equal("three failures", _lines[^1].Reason);
    }

    [Fact]
    public void Should_say_that_a_request_was_taken_back_when_its_model_rests_without_a_lease()
    {
        _log.Take(new LeaseChanged(At, LeaseChange.Queued, Model, Bytes.Zero, ""));
        _log.Take(Becomes(ModelState.Unloaded));
        _log.Take(Becomes(ModelState.Unloaded));
        Assert.Equal([DecisionEvent.Queued, DecisionEvent.Withdrawn], _lines.Select(l => l.Event));
    }

    [Fact]
    public void Should_say_what_a_lease_covers_when_that_changes_while_it_lives()
    {
        foreach (var (kind, bytes) in ((ChargeKind, long)[])[(ChargeKind.Load, 9), (ChargeKind.Resident, 5), (ChargeKind.Resident, 5), (ChargeKind.Resident, 0)])
            _log.Take(new LedgerChanged(At, new Charge("a", kind, Of(bytes)) { Lease = Lease }, Bytes.Zero, Bytes.Zero));
        Assert.Equal((DecisionEvent.Resized, 5), (Assert.Single(_lines).Event, _lines[0].Bytes));
    }

    [Fact]
    public void Should_say_what_is_no_lease_when_the_budget_debt_or_accounts_change()
    {
        _log.Take(new LedgerChanged(At, new Charge("belt", ChargeKind.Pool, Of(3)), Bytes.Zero, Bytes.Zero));
        _log.Take(new BudgetChanged(At, new Bytes(50), Critical: true, "the machine"));
        _log.Take(new LeakDebtSeen(At, new Bytes(2)));
        _log.Take(new RecycleRequired(At, "stuck"));
        _log.Take(Becomes(ModelState.Failed, "given up"));
        Assert.Equal([DecisionEvent.Account, DecisionEvent.Budget, DecisionEvent.Debt, DecisionEvent.Recycle, DecisionEvent.Failed], _lines.Select(l => l.Event));
        Assert.Equal((50, true), (_lines[1].Budget, _lines[1].Critical));
    }

    private static ModelStateChanged Becomes(ModelState state, string reason = "") => new(At, Model, state, reason, Probe: false, Load: null);

    private static PoolVector Of(long bytes) => PoolVector.OfHost(new Bytes(bytes));
}
