using ActorPipeline.Device;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>
/// Owns the gauges: samples the process's memory and the machine's, tells the supervisor what the machine leaves of the budget and what
/// did not come back, and says when a released lease's memory is back. The supervisor is whoever sent the latest <see cref="LedgerLevel"/>.
/// </summary>
internal sealed partial class MemoryMonitor : ReceiveActor, IWithTimers
{
    private sealed record Sample : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Sample Instance = new();
    }

    private sealed record LookAgain(LeaseId Lease) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record Verification(VerifyRelease Command, IActorRef ReplyTo, TimeSpan Since)
    {
        public GaugeTrust Trust { get; } = new();

        /// <summary>Whether the managed heap was collected because memory seemed to be late.</summary>
        public bool Refreshed { get; set; }
    }

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    private MemorySettings _settings;
    private readonly IMemoryGauge _gauge;
    private readonly IMachineGauge _machine;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<LeaseId, Verification> _verifying = [];
    private readonly EffectiveBudget _budget;
    private readonly GaugeTrust _trust = new();
    private IActorRef _supervisor = ActorRefs.Nobody;
    private LedgerLevel _level = new(Bytes.Zero, Bytes.Zero, Bytes.Zero);
    private DebtLevel _debt;

    /// <summary>Before the base is taken: what the process had when this began, so that what probes load is known as our own.</summary>
    private Bytes? _provisional;
    private Bytes? _base;
    private Bytes _measured;
    private Bytes _told;
    private bool _wantsBase;
    private readonly IdleTrim _idle = new();
    private bool _knowsFixed;
    private bool _hasWarned;
    /// <summary>Another monitor was there before: the supervisor knows what that one said of budget and debt.</summary>
    private bool _follows;
    private int _budgetOwedIn;
    private bool _owesDebt;

    public MemoryMonitor(MemorySettings settings, IMemoryGauge gauge, IMachineGauge machine, TimeProvider time)
    {
        (_settings, _gauge, _machine, _time) = (settings, gauge, machine, time);
        _budget = new EffectiveBudget(settings.Pools, settings);
        _debt = new DebtLevel(settings.DeadBand);
        Receive<LedgerLevel>(OnLevel);
        Receive<ConfigureBudget>(OnConfigure);
        Receive<TakeBase>(_ => OnTakeBase());
        Receive<RestoreBase>(m => (_base, _knowsFixed, _follows) = (m.Base, true, true));
        Receive<MeasureFixed>(_ => OnMeasureFixed());
        Receive<Sample>(_ => OnSample());
        Receive<VerifyRelease>(OnVerify);
        Receive<LookAgain>(m => { if (_verifying.TryGetValue(m.Lease, out var verification)) Look(verification); });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        if (_gauge.Read() is { Readable: true } reading) _provisional = reading.NativeAnonymous;
        Timers.StartPeriodicTimer(Sample.Instance, Sample.Instance, _settings.SampleInterval, _settings.SampleInterval);
    }

    /// <summary>Another supervisor than before knows nothing of what the one before was told.</summary>
    private void OnLevel(LedgerLevel level)
    {
        _level = level;
        if (Sender.Equals(_supervisor)) return;
        _supervisor = Sender;
        if (_budget.State.Critical || !_budget.State.Budget.Equals(_settings.Pools)) Tell(_budget.State);
        if (_told > Bytes.Zero) _supervisor.Tell(new DebtMeasured(_told));
        // Told in any case once it is known: a fall that is steep is believed at the second reading.
        if (_follows) (_budgetOwedIn, _owesDebt) = (2, true);
    }

    private void OnTakeBase()
    {
        // What was missing before is part of the base now.
        _debt = new DebtLevel(_settings.DeadBand);
        TellDebt();
        var reading = Refreshed();
        _wantsBase = !reading.Readable;
        _base = reading.Readable ? reading.NativeAnonymous : null;
        if (_wantsBase) WarnOnce();
        Sender.Tell(new BaseTaken(_base.GetValueOrDefault()));
    }

    /// <summary>What is there over the base with nothing loaded never comes back, and is charged from now on; what goes missing later is debt.</summary>
    private void OnMeasureFixed()
    {
        var reading = Refreshed();
        (_knowsFixed, _debt) = (true, new DebtLevel(_settings.DeadBand));
        TellDebt();
        Sender.Tell(new FixedMeasured(reading.Readable ? Bytes.Max(Bytes.Zero, ModelMemory(reading)) : Bytes.Zero));
    }

    private void OnSample()
    {
        if (_idle.IsDue(_level.Quiet)) _gauge.Trim();
        var reading = _gauge.Read();
        // The first reading there is comes late: what is charged by now is taken to be there.
        if (_wantsBase && reading.Readable)
            (_base, _wantsBase) = (Bytes.Max(Bytes.Zero, reading.NativeAnonymous - _level.Anonymous - _level.Pools), false);
        var isBelieved = Believes(_trust, reading);
        if (isBelieved) _measured = reading.NativeAnonymous - Base;
        FollowMachine();
        if (_base is null || !reading.Readable) return;
        // A lie of a moment is no sample, so it is looked at again at once; what lasts is shown, believed or not.
        Publish(isBelieved ? reading : _gauge.Read());
        if (!isBelieved || !_knowsFixed || !_level.Quiet || _verifying.Count > 0) return;
        if (IsLate(reading, _level.Anonymous)) reading = Refreshed();
        _debt.Quiet(ModelMemory(reading), _level.Anonymous);
        TellDebt();
    }

    private void Publish(MemoryReading reading)
    {
        var model = Bytes.Max(Bytes.Zero, ModelMemory(reading));
        var grace = _level.GraceUntil is { } until && _time.Instant() < until;
        var over = model + _level.Pools > _level.Budget || _level.Models + _level.Pools > _level.Budget;
        Context.System.EventStream.Publish(
            new MemorySampled(_time.Instant(), model, _level.Pools, _level.Models, _level.Budget, over && !grace, reading.Peak)
            {
                GraceOver = over && grace, Resident = reading.Anonymous + reading.File,
            });
    }

    private void OnVerify(VerifyRelease command)
    {
        var verification = _verifying.TryGetValue(command.Lease, out var before)
            ? before with { Command = command, ReplyTo = Sender }
            : new Verification(command, Sender, _time.Instant());
        _verifying[command.Lease] = verification;
        Look(verification);
    }

    /// <summary>
    /// One look at once, so that a swap that goes well waits for no timer; more looks only where memory is late or the gauge is not
    /// believed. What was missing before is known debt, and no reason to wait again.
    /// </summary>
    private void Look(Verification verification)
    {
        var command = verification.Command;
        var reading = _gauge.Read();
        if (!verification.Refreshed && IsLate(reading, command.ChargedWithout))
        {
            verification.Refreshed = true;
            reading = Refreshed();
        }
        var isBelieved = Believes(verification.Trust, reading);
        var missing = ModelMemory(reading) - command.ChargedWithout;
        var late = IsLate(reading, command.ChargedWithout);
        if ((late || !isBelieved) && _time.Instant() - verification.Since < _settings.ReleaseBound)
        {
            var again = new LookAgain(command.Lease);
            Timers.StartSingleTimer(again, again, LookAgainAfter);
            return;
        }
        _verifying.Remove(command.Lease);
        if (!isBelieved) WarnOnce();
        // Before fixed cost is measured, what stays behind is libraries and contexts, which will be charged as that: no debt.
        var isKnown = isBelieved && _knowsFixed;
        if (isKnown)
        {
            _debt.Released(ModelMemory(reading), command.ChargedWithout, command.Alone);
            TellDebt();
        }
        verification.ReplyTo.Tell(new ReleaseVerified(command.Lease, late && isKnown ? missing : Bytes.Zero));
    }

    /// <summary>Whether more is missing than is known to be, beyond noise.</summary>
    private bool IsLate(MemoryReading reading, Bytes charged) => ModelMemory(reading) - charged > _debt.Debt + _settings.DeadBand;

    /// <summary>A reading after the managed heap was collected: what it grew by since the last time would look like memory that is missing.</summary>
    private MemoryReading Refreshed()
    {
        _gauge.Refresh();
        return _gauge.Read();
    }

    private bool Believes(GaugeTrust trust, MemoryReading reading) =>
        trust.Believes(reading, Base, _level.Models + _level.Pools + _told, _settings.Budget);

    private void WarnOnce()
    {
        if (!_hasWarned) _log.Warning("This process's memory cannot be read, or not believed: what is unloaded is taken to be back once {Bound} have passed", _settings.ReleaseBound);
        _hasWarned = true;
    }

    /// <summary>Told when it changes by more than a mebibyte, begins or ends.</summary>
    private void TellDebt()
    {
        var debt = _debt.Debt;
        if (debt == _told && !_owesDebt) return;
        var change = debt > _told ? debt - _told : _told - debt;
        if (change <= EffectiveBudget.Step && debt > Bytes.Zero && _told > Bytes.Zero && !_owesDebt) return;
        (_told, _owesDebt) = (debt, false);
        _supervisor.Tell(new DebtMeasured(debt));
        Context.System.EventStream.Publish(new LeakDebtSeen(_time.Instant(), debt));
    }

    private Bytes Base => _base ?? _provisional.GetValueOrDefault();

    /// <summary>Anonymous memory over the base that is neither the managed heap's nor our own buffers'; may be negative.</summary>
    private Bytes ModelMemory(MemoryReading reading) => reading.NativeAnonymous - Base - _level.Pools;
}
