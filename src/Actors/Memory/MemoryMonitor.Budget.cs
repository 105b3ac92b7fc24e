using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <content>The budget: as configured, and what the machine leaves of it.</content>
internal sealed partial class MemoryMonitor
{
    private void OnConfigure(ConfigureBudget configure)
    {
        _settings = _settings with { Budget = configure.Budget };
        _budget.Configure(_settings.Pools);
        // Told in any case, with the next reading.
        _budgetOwedIn = 1;
        FollowMachine();
    }

    /// <summary>
    /// What our models and buffers really take, but no more than is charged for them. Mapped weights are left out: what the host calls available
    /// has them in it.
    /// </summary>
    private void FollowMachine()
    {
        var process = Bytes.Max(Bytes.Zero, Bytes.Min(_measured, _level.Anonymous + _level.Pools + _told));
        // What cannot be read is taken to be there as charged: the machine's word lacks it.
        var own = PoolVector.OfHost(process) + _level.Unseen;
        var before = _budget.State;
        var state = _budget.Update(_machine.Read(), own, _time.Instant());
        var isOwed = _budgetOwedIn > 0 && --_budgetOwedIn == 0;
        if (ReferenceEquals(state, before) && !isOwed) return;
        _log.Debug("Budget: {Why}", state.Why);
        Tell(state);
    }

    private void Tell(BudgetState state) => _supervisor.Tell(new BudgetMeasured(state.Budget, state.Critical, state.Why));
}
