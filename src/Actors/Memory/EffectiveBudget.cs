using ActorPipeline.Device;

namespace ActorPipeline.Memory;

/// <summary>What the machine leaves of the configured budget.</summary>
/// <param name="Budget">The effective budget, pool by pool.</param>
/// <param name="Critical">Whether the machine is so short of memory that turns protect nobody.</param>
/// <param name="Why">What decided it; for people.</param>
internal sealed record BudgetState(PoolVector Budget, bool Critical, string Why);

/// <summary>
/// Follows what the machine leaves: in each pool min(configured, own + available - headroom), never below zero. Pure.
/// <para>
/// <c>own</c> is what our models and buffers really take, because that is what <c>available</c> already lacks. What is only charged (a
/// lease whose model still loads, a load peak that is over, lanes that never ran) is still available to everyone: added as charged it
/// would count twice, and the budget would look largest just when a load is about to take it. But no more than what is charged: what is
/// taken beyond that is nothing that yielding a lease could give back.
/// </para>
/// <para>
/// It falls at once and rises only to the lowest level that held for <see cref="MemorySettings.RiseAfter"/>. A fall below half of what
/// it was is believed at the second reading in a row (one sample interval later), as the larger of both: one reading that is wrong must
/// not unload everything, and programs that really take so much in a tenth of a second are seen a tenth of a second later. The same
/// holds for "critical" by available memory; pressure is an average over ten seconds and is believed at once. Differences below a
/// mebibyte change nothing, so what is reported may be above what is there by less than that.
/// </para>
/// </summary>
/// <param name="configured">The configured budget.</param>
/// <param name="settings">Headroom (of the host pool: a device's memory is nobody's working set), <see cref="MemorySettings.RiseAfter"/>, <see cref="MemorySettings.CriticalStall"/>.</param>
internal sealed class EffectiveBudget(PoolVector configured, MemorySettings settings)
{
    /// <summary>A smaller difference is chatter.</summary>
    public static readonly Bytes Step = Bytes.MiB(1);

    private static readonly Bytes Unlimited = new(long.MaxValue / 2);

    private PoolVector _configured = configured;
    private readonly Dictionary<MemoryPool, Level> _levels = configured.ToDictionary(c => c.Key, c => new Level(c.Value, settings.RiseAfter));
    private bool _wasShort;
    private bool _stalled;

    /// <summary>The latest state; at first what is configured.</summary>
    public BudgetState State { get; private set; } = new(configured, false, "as configured");

    /// <summary>Takes one more reading in.</summary>
    /// <param name="reading">What the machine has left; a pool that is not in it counts as if all of its budget were there.</param>
    /// <param name="own">What our own models and buffers take of it.</param>
    /// <param name="now">The present; never less than before.</param>
    /// <returns>The state; the same object as before where nothing changed.</returns>
    public BudgetState Update(MachineReading reading, PoolVector own, TimeSpan now)
    {
        var (budget, why) = (PoolVector.Zero, (string?)null);
        foreach (var (pool, level) in _levels)
        {
            var word = Word(reading, pool);
            if (level.Update(word is null ? Unlimited : Target(word, own), now)) why = Explain(word, level.Value, own, pool);
            budget += PoolVector.Of(pool, level.Value);
        }
        var critical = IsCritical(reading);
        if (why is null && critical != State.Critical) why = critical ? "the machine is critically short of memory" : "the machine is no longer critically short of memory";
        return why is null ? State : State = new BudgetState(budget, critical, why);
    }

    /// <summary>Another budget is configured. Lowered, it holds at once; raised, the next reading follows it as far as the machine has left that much for long enough.</summary>
    /// <param name="configured">With the same pools as before.</param>
    public void Configure(PoolVector configured)
    {
        _configured = configured;
        var budget = PoolVector.Zero;
        foreach (var (pool, level) in _levels)
        {
            level.Configure(configured[pool]);
            budget += PoolVector.Of(pool, level.Value);
        }
        if (!budget.Equals(State.Budget)) State = State with { Budget = budget, Why = $"configured to be {configured} at most" };
    }

    private static PoolReading? Word(MachineReading reading, MemoryPool pool)
    {
        foreach (var word in reading.Pools)
            if (word.Pool == pool) return word;
        return null;
    }

    private Bytes Headroom(MemoryPool pool) => pool == MemoryPool.Host ? settings.Headroom : Bytes.Zero;

    private Bytes Target(PoolReading word, PoolVector own) =>
        Bytes.Max(Bytes.Zero, own[word.Pool] + word.Available - Headroom(word.Pool));

    private string Explain(PoolReading? word, Bytes level, PoolVector own, MemoryPool pool) => word is null
        ? $"{pool}: {level} of {_configured[pool]}; nobody says what is left"
        : $"{pool}: {level} of {_configured[pool]}; {word.Source} leaves {word.Available} beside {own[pool]} of our own, headroom {Headroom(pool)}";

    /// <summary>A stall ends at half of where it began, so that it does not flicker.</summary>
    private bool IsCritical(MachineReading reading)
    {
        var stall = reading.StallPercent ?? 0;
        _stalled = settings.CriticalStall > 0 && stall >= (_stalled ? settings.CriticalStall / 2 : settings.CriticalStall);
        var isShort = Word(reading, MemoryPool.Host) is { } host && host.Available.Count < settings.Headroom.Count / 2;
        var believed = isShort && _wasShort;
        _wasShort = isShort;
        return _stalled || believed;
    }

    /// <summary>One pool's level: a sliding minimum that is followed down at once and up late.</summary>
    private sealed class Level(Bytes most, TimeSpan riseAfter)
    {
        private Bytes _most = most;
        /// <summary>Levels with when they ended, growing: one that is not below a later one can never be the lowest again.</summary>
        private readonly LinkedList<(Bytes Level, TimeSpan Until)> _lowest = [];
        private Bytes? _doubted;

        public Bytes Value { get; private set; } = most;

        /// <returns>Whether the value changed.</returns>
        public bool Update(Bytes target, TimeSpan now)
        {
            if (Believe(target) is not { } believed) return false;
            // Remembered is what the machine leaves; what is configured may change.
            var (level, lowest) = (Bytes.Min(_most, believed), Bytes.Min(_most, Lowest(believed, now)));
            // The last bit up to what is configured counts however small, or a model that needs all of it would never fit again.
            var changes = level <= Value - Step || lowest >= Value + Step || (lowest == _most && Value < _most);
            if (changes) Value = level <= Value - Step ? level : lowest;
            return changes;
        }

        public void Configure(Bytes most) => (_most, Value) = (most, Bytes.Min(most, Value));

        /// <summary>What to take a reading for; null for nothing, until another confirms it.</summary>
        private Bytes? Believe(Bytes target)
        {
            var isSteep = target.Count < Value.Count / 2 && Value - target >= Step;
            var before = _doubted;
            _doubted = isSteep ? target : null;
            return !isSteep ? target : before is { } other ? Bytes.Max(other, target) : null;
        }

        private Bytes Lowest(Bytes level, TimeSpan now)
        {
            // A level holds until the next one is read, however late that is.
            if (_lowest.Last is { } last) last.ValueRef.Until = now;
            while (_lowest.Last is { } above && above.Value.Level >= level) _lowest.RemoveLast();
            _lowest.AddLast((level, TimeSpan.MaxValue));
            while (_lowest.First!.Value.Until <= now - riseAfter) _lowest.RemoveFirst();
            return _lowest.First.Value.Level;
        }
    }
}
