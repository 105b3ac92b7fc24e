using ActorPipeline.Support;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Gauges that cannot be read, lie, or jump.</summary>
public sealed class MemoryMonitorFaultSpecs : MemoryMonitorKit
{
    [Fact]
    public void Should_take_a_release_on_trust_when_the_gauge_cannot_be_read_until_the_bound()
    {
        Gauge.IsUnreadable = true;
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        for (var i = 0; i < 24; i++) Advance(TimeSpan.FromMilliseconds(20));
        Silent(Supervisor);

        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(20));

        Assert.Equal(new ReleaseVerified(Lease, Bytes.Zero), Supervisor.ExpectMsg<ReleaseVerified>());
    }

    [Fact]
    public void Should_keep_debt_as_it_was_when_the_gauge_cannot_be_read()
    {
        Level(models: 0, quiet: true);
        Gauge.Native = Bytes.MiB(60);
        Sample();
        Assert.Equal(Bytes.MiB(30), Supervisor.ExpectMsg<DebtMeasured>().Debt);
        Gauge.IsUnreadable = true;

        for (var i = 0; i < 5; i++) Advance(Settings.SampleInterval);
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(20));

        Supervisor.ExpectMsg<ReleaseVerified>();
        Silent(Supervisor);
    }

    [Fact]
    public void Should_warn_once_when_the_gauge_cannot_be_read()
    {
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Warning));
        Sys.EventStream.SetLogLevel(LogLevel.WarningLevel);
        Gauge.IsUnreadable = true;
        // A logger knows its level from when its actor is made.
        var (gauge, machine, time) = (Gauge, Machine, (TimeProvider)Time);
        var monitor = Sys.ActorOf(Props.Create(() => new MemoryMonitor(Settings, gauge, machine, time)));

        for (var i = 1; i <= 3; i++)
        {
            monitor.Tell(new VerifyRelease(new LeaseId(1, i), Bytes.Zero), Supervisor);
            AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(20));
            Supervisor.ExpectMsg<ReleaseVerified>();
        }

        Assert.Contains("cannot be read", log.FishForMessage<Warning>(w => w.LogClass == typeof(MemoryMonitor)).Message.ToString(), StringComparison.Ordinal);
        Silent(log);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3.0)]
    [InlineData(100_000.0)]
    public void Should_look_again_when_one_reading_is_absurd(double? absurd)
    {
        Gauge.Native = Bytes.MiB(60);
        Gauge.ShowOnce(absurd is { } shown ? Bytes.MiB(shown) : null);
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        Silent(Supervisor);

        Gauge.Native = Bytes.MiB(31);
        Advance(TimeSpan.FromMilliseconds(20));

        Assert.Equal(new ReleaseVerified(Lease, Bytes.Zero), Supervisor.ExpectMsg<ReleaseVerified>());
        Silent(Supervisor);
    }

    [Fact]
    public void Should_believe_a_jump_when_it_lasts()
    {
        Gauge.Native = Bytes.MiB(3000);
        Tell(new VerifyRelease(Lease, Bytes.Zero));

        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(20));

        Supervisor.FishForMessage<ReleaseVerified>(m => m.Missing == Bytes.MiB(2970));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(100_000.0)]
    public void Should_make_neither_debt_nor_a_sample_when_one_reading_is_absurd(double? absurd)
    {
        Level(models: 0, quiet: true);
        Gauge.Native = Bytes.MiB(31);
        Gauge.ShowOnce(absurd is { } shown ? Bytes.MiB(shown) : null);

        Assert.Equal(Bytes.MiB(1), Sample().Anonymous);
        Assert.Equal(0, Gauge.Ahead);
        Assert.Equal(Bytes.MiB(1), Sample().Anonymous);
        Silent(Supervisor);
    }

    [Fact]
    public void Should_take_the_base_late_when_the_gauge_cannot_be_read_at_first()
    {
        Gauge.IsUnreadable = true;
        TakeBase(Bytes.Zero);
        Level(models: 50, pools: 10);
        Advance(Settings.SampleInterval);
        (Gauge.IsUnreadable, Gauge.Native) = (false, Bytes.MiB(100));

        // What is charged is taken to be there: 40 MiB are the process's own.
        Assert.Equal(Bytes.MiB(50), Sample().Anonymous);
    }

    [Fact]
    public void Should_call_nothing_debt_when_the_base_is_not_taken_yet()
    {
        var (gauge, machine, time) = (new FakeGauge { Native = Bytes.MiB(30) }, new FakeMachine(), (TimeProvider)Time);
        var monitor = Sys.ActorOf(Props.Create(() => new MemoryMonitor(Settings, gauge, machine, time)));
        monitor.Tell(new Identify(1), Supervisor);
        Supervisor.ExpectMsg<ActorIdentity>();
        // What the first load of all leaves behind: libraries.
        gauge.Native = Bytes.MiB(330);

        monitor.Tell(new VerifyRelease(Lease, Bytes.Zero), Supervisor);
        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(20));

        Assert.Equal(new ReleaseVerified(Lease, Bytes.Zero), Supervisor.ExpectMsg<ReleaseVerified>());
        Assert.DoesNotContain(Drain(), e => e is LeakDebtSeen);

        IEnumerable<object> Drain()
        {
            while (Events.HasMessages) yield return Events.ExpectMsg<object>();
        }
    }

    [Fact]
    public void Should_wait_for_nothing_when_nothing_was_ever_measured()
    {
        // The parts that users' own tests start from have a gauge that always says zero.
        var (gauge, machine, time) = (new FakeGauge(), new FakeMachine(), (TimeProvider)Time);
        var monitor = Sys.ActorOf(Props.Create(() => new MemoryMonitor(Settings, gauge, machine, time)));
        monitor.Tell(new TakeBase(), Supervisor);
        Supervisor.ExpectMsg<BaseTaken>();
        gauge.ShowOnce(null);

        monitor.Tell(new VerifyRelease(Lease, Bytes.Zero), Supervisor);

        Assert.Equal(new ReleaseVerified(Lease, Bytes.Zero), Supervisor.ExpectMsg<ReleaseVerified>());
    }
}
