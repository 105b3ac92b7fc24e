using ActorPipeline.Device;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Owns the gauges: samples the process's memory and says when a released lease's memory is back.</summary>
internal sealed class MemoryMonitor : ReceiveActor, IWithTimers
{
    private sealed record Sample : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Sample Instance = new();
    }

    private sealed record LookAgain(LeaseId Lease) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record Verification(VerifyRelease Command, IActorRef ReplyTo, TimeSpan Since);

    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    private readonly MemorySettings _settings;
    private readonly IMemoryGauge _gauge;
    private readonly TimeProvider _time;
    private readonly Dictionary<LeaseId, Verification> _verifying = [];
    private LedgerLevel _level = new(Bytes.Zero, Bytes.Zero, Bytes.Zero);
    private Bytes? _base;
    private Bytes _debt;

    public MemoryMonitor(MemorySettings settings, IMemoryGauge gauge, TimeProvider time)
    {
        (_settings, _gauge, _time) = (settings, gauge, time);
        Receive<LedgerLevel>(level => _level = level);
        Receive<TakeBase>(_ => OnTakeBase());
        Receive<RestoreBase>(m => _base = m.Base);
        Receive<MeasureFixed>(_ => Sender.Tell(new FixedMeasured(ModelMemory(_gauge.Read()))));
        Receive<Sample>(_ => OnSample());
        Receive<VerifyRelease>(OnVerify);
        Receive<LookAgain>(m => { if (_verifying.TryGetValue(m.Lease, out var verification)) Look(verification); });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() =>
        Timers.StartPeriodicTimer(Sample.Instance, Sample.Instance, _settings.SampleInterval, _settings.SampleInterval);

    private void OnTakeBase()
    {
        _base = _gauge.Read().NativeAnonymous;
        // What was missing before is part of the base now.
        SetDebt(Bytes.Zero);
        Sender.Tell(new BaseTaken(_base.Value));
    }

    private void OnSample()
    {
        if (_base is null) return;
        var reading = _gauge.Read();
        var model = ModelMemory(reading);
        var over = model + _level.Pools > _level.Budget || _level.Models + _level.Pools > _level.Budget;
        Context.System.EventStream.Publish(
            new MemorySampled(_time.Instant(), model, _level.Pools, _level.Models, _level.Budget, over, reading.Peak));
    }

    private void OnVerify(VerifyRelease command)
    {
        var verification = new Verification(command, Sender, _time.Instant());
        _verifying[command.Lease] = verification;
        Look(verification);
    }

    /// <summary>
    /// One look at once, so that a swap that goes well waits for no timer; more looks only where memory is late. What was missing
    /// before is known debt, and no reason to wait again.
    /// </summary>
    private void Look(Verification verification)
    {
        var missing = ModelMemory(_gauge.Read()) - verification.Command.ChargedWithout;
        var late = missing > _debt + _settings.DeadBand;
        if (late && _time.Instant() - verification.Since < _settings.ReleaseBound)
        {
            var again = new LookAgain(verification.Command.Lease);
            Timers.StartSingleTimer(again, again, LookAgainAfter);
            return;
        }
        _verifying.Remove(verification.Command.Lease);
        SetDebt(missing > _settings.DeadBand ? missing : Bytes.Zero);
        verification.ReplyTo.Tell(new ReleaseVerified(verification.Command.Lease, late ? missing : Bytes.Zero));
    }

    /// <summary>Debt is a level and not a sum: it falls when memory comes back after all.</summary>
    private void SetDebt(Bytes debt)
    {
        if (debt == _debt) return;
        _debt = debt;
        Context.System.EventStream.Publish(new LeakDebtSeen(_time.Instant(), debt));
    }

    /// <summary>Anonymous memory over the base that is neither the managed heap's nor our own buffers'.</summary>
    private Bytes ModelMemory(MemoryReading reading) =>
        Bytes.Max(Bytes.Zero, reading.NativeAnonymous - (_base ?? Bytes.Zero) - _level.Pools);
}
