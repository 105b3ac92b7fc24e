using ActorPipeline.Support;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>The gauge is a fake; the supervisor is a probe.</summary>
public sealed class MemoryMonitorSpecs : VirtualTimeKit
{
    private static readonly MemorySettings Settings = new() { ReleaseBound = TimeSpan.FromMilliseconds(500), DeadBand = Bytes.MiB(4) };
    private static readonly LeaseId Lease = new(1, 1);

    private readonly FakeGauge _gauge = new() { Native = Bytes.MiB(30) };
    private readonly FakeMachine _machine = new();
    private readonly TestProbe _supervisor;
    private readonly TestProbe _events;
    private readonly IActorRef _monitor;

    public MemoryMonitorSpecs()
    {
        (_supervisor, _events) = (CreateTestProbe(), CreateTestProbe());
        var (gauge, machine, time) = (_gauge, _machine, (TimeProvider)Time);
        Sys.EventStream.Subscribe(_events, typeof(MemorySampled));
        Sys.EventStream.Subscribe(_events, typeof(LeakDebtSeen));
        _monitor = Sys.ActorOf(Props.Create(() => new MemoryMonitor(Settings, gauge, machine, time)));
        Tell(new TakeBase());
        Assert.Equal(Bytes.MiB(30), _supervisor.ExpectMsg<BaseTaken>().Base);
    }

    [Fact]
    public void Should_verify_at_once_and_without_a_timer_when_memory_is_back()
    {
        _gauge.Native = Bytes.MiB(30 + 20 + 3);

        Tell(new VerifyRelease(Lease, ChargedWithout: Bytes.MiB(20)));

        Assert.Equal(new ReleaseVerified(Lease, Bytes.Zero), _supervisor.ExpectMsg<ReleaseVerified>());
    }

    [Fact]
    public void Should_look_again_when_memory_is_late()
    {
        _gauge.Native = Bytes.MiB(60);
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        Silent(_supervisor);

        _gauge.Native = Bytes.MiB(31);
        Advance(TimeSpan.FromMilliseconds(20));

        Assert.Equal(Bytes.Zero, _supervisor.ExpectMsg<ReleaseVerified>().Missing);
    }

    [Fact]
    public void Should_end_the_wait_and_show_the_debt_when_memory_does_not_come_back()
    {
        _gauge.Native = Bytes.MiB(60);
        Tell(new VerifyRelease(Lease, Bytes.Zero));

        AdvanceUntil(() => Assert.True(_supervisor.HasMessages), TimeSpan.FromMilliseconds(20));

        Assert.Equal(Bytes.MiB(30), _supervisor.ExpectMsg<ReleaseVerified>().Missing);
        Assert.Equal(Bytes.MiB(30), _events.FishForMessage<LeakDebtSeen>(_ => true).Debt);
    }

    [Fact]
    public void Should_not_wait_again_for_debt_that_is_known()
    {
        _gauge.Native = Bytes.MiB(60);
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        AdvanceUntil(() => Assert.True(_supervisor.HasMessages), TimeSpan.FromMilliseconds(20));
        _supervisor.ExpectMsg<ReleaseVerified>();

        Tell(new VerifyRelease(Lease, Bytes.Zero));

        Assert.Equal(Bytes.Zero, _supervisor.ExpectMsg<ReleaseVerified>().Missing);
    }

    [Fact]
    public void Should_let_debt_fall_when_the_memory_comes_back_after_all()
    {
        _gauge.Native = Bytes.MiB(60);
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        AdvanceUntil(() => Assert.True(_supervisor.HasMessages), TimeSpan.FromMilliseconds(20));
        _supervisor.ExpectMsg<ReleaseVerified>();
        Assert.Equal(Bytes.MiB(30), _events.FishForMessage<LeakDebtSeen>(_ => true).Debt);

        _gauge.Native = Bytes.MiB(31);
        Tell(new VerifyRelease(Lease, Bytes.Zero));

        Assert.Equal(Bytes.Zero, _events.FishForMessage<LeakDebtSeen>(_ => true).Debt);
    }

    [Fact]
    public void Should_take_away_base_and_buffers_when_it_samples()
    {
        Tell(new LedgerLevel(Models: Bytes.MiB(40), Pools: Bytes.MiB(10), Budget: Bytes.MiB(60)));
        _gauge.Native = Bytes.MiB(30 + 10 + 35);

        Advance(Settings.SampleInterval);

        var sample = _events.ExpectMsg<MemorySampled>();
        Assert.Equal((Bytes.MiB(35), Bytes.MiB(10), Bytes.MiB(40), false), (sample.Anonymous, sample.Pools, sample.Charged, sample.OverBudget));
    }

    [Theory]
    [InlineData(51, 40, true)]
    [InlineData(10, 51, true)]
    [InlineData(50, 50, false)]
    public void Should_count_a_sample_as_over_when_memory_or_ledger_is_above_the_budget(int measured, int charged, bool over)
    {
        Tell(new LedgerLevel(Bytes.MiB(charged), Pools: Bytes.MiB(10), Budget: Bytes.MiB(60)));
        _gauge.Native = Bytes.MiB(30 + 10 + measured);

        Advance(Settings.SampleInterval);

        Assert.Equal(over, _events.ExpectMsg<MemorySampled>().OverBudget);
    }

    private void Tell(object message) => _monitor.Tell(message, _supervisor);
}
