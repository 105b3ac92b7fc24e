using ActorPipeline.Telemetry;
using ActorPipeline.Support;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A monitor over a fake gauge and a fake machine, whose supervisor is a probe. The process has 30 MiB when the base is taken.</summary>
public abstract class MemoryMonitorKit : VirtualTimeKit
{
    private protected static readonly MemorySettings Settings = new()
    {
        Budget = Bytes.MiB(512), Headroom = Bytes.MiB(64), ReleaseBound = TimeSpan.FromMilliseconds(500), DeadBand = Bytes.MiB(4),
        RiseAfter = TimeSpan.FromSeconds(1),
    };

    private protected static readonly LeaseId Lease = new(1, 1);

    private protected MemoryMonitorKit(MemorySettings? settings = null)
    {
        (Supervisor, Events) = (CreateTestProbe(), CreateTestProbe());
        var (gauge, machine, time, used) = (Gauge, Machine, (TimeProvider)Time, settings ?? Settings);
        Sys.EventStream.Subscribe(Events, typeof(MemorySampled));
        Sys.EventStream.Subscribe(Events, typeof(LeakDebtSeen));
        Monitor = Sys.ActorOf(Props.Create(() => new MemoryMonitor(used, gauge, machine, time)));
        TakeBase(Bytes.MiB(30));
    }

    protected FakeGauge Gauge { get; } = new() { Native = Bytes.MiB(30) };

    protected FakeMachine Machine { get; } = new();

    protected TestProbe Supervisor { get; }

    protected TestProbe Events { get; }

    protected IActorRef Monitor { get; }

    protected void Tell(object message) => Monitor.Tell(message, Supervisor);

    protected void TakeBase(Bytes expected)
    {
        Tell(new TakeBase());
        Assert.Equal(expected, Supervisor.ExpectMsg<BaseTaken>().Base);
        // With nothing loaded yet: from now on what goes missing is debt.
        Tell(new MeasureFixed());
        Supervisor.ExpectMsg<FixedMeasured>();
    }

    private protected void Level(double models, double pools = 0, double budget = 512, bool grace = false, bool quiet = false) =>
        Tell(new LedgerLevel(Bytes.MiB(models), Bytes.MiB(pools), Bytes.MiB(budget)) { GraceUntil = grace ? ((TimeProvider)Time).Instant() + TimeSpan.FromHours(1) : null, Quiet = quiet });

    /// <summary>One sample of the process, for which the kit waits.</summary>
    private protected MemorySampled Sample()
    {
        Advance(Settings.SampleInterval);
        return Events.FishForMessage<MemorySampled>(_ => true);
    }

    /// <summary>One sample of the machine alone, and what the supervisor hears of it.</summary>
    private protected BudgetMeasured? Measure(double available)
    {
        Machine.Available = Bytes.MiB(available);
        Sample();
        // The sample is published after the supervisor was told.
        return Supervisor.HasMessages ? Supervisor.ExpectMsg<BudgetMeasured>() : null;
    }

    /// <summary>A release that is verified at once.</summary>
    private protected void Release(Bytes native)
    {
        Gauge.Native = native;
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        Supervisor.FishForMessage<ReleaseVerified>(_ => true);
    }
}
