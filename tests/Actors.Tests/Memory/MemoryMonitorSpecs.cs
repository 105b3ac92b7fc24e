using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>The gauge is a fake; the supervisor is a probe.</summary>
public sealed class MemoryMonitorSpecs : MemoryMonitorKit
{
    [Fact]
    public void Should_verify_at_once_and_without_a_timer_when_memory_is_back()
    {
        Gauge.Native = Bytes.MiB(30 + 20 + 3);

        Tell(new VerifyRelease(Lease, ChargedWithout: Bytes.MiB(20)));

        Assert.Equal(new ReleaseVerified(Lease, Bytes.Zero), Supervisor.ExpectMsg<ReleaseVerified>());
    }

    [Fact]
    public void Should_look_again_when_memory_is_late()
    {
        Gauge.Native = Bytes.MiB(60);
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        Silent(Supervisor);

        Gauge.Native = Bytes.MiB(31);
        Advance(TimeSpan.FromMilliseconds(20));

        Assert.Equal(Bytes.Zero, Supervisor.ExpectMsg<ReleaseVerified>().Missing);
    }

    [Fact]
    public void Should_end_the_wait_and_show_the_debt_when_memory_does_not_come_back()
    {
        Gauge.Native = Bytes.MiB(60);
        Tell(new VerifyRelease(Lease, Bytes.Zero));

        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(20));

        Assert.Equal(Bytes.MiB(30), Supervisor.ExpectMsg<ReleaseVerified>().Missing);
        Assert.Equal(Bytes.MiB(30), Events.FishForMessage<LeakDebtSeen>(_ => true).Debt);
    }

    [Fact]
    public void Should_not_wait_again_for_debt_that_is_known()
    {
        Gauge.Native = Bytes.MiB(60);
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(20));
        Supervisor.ExpectMsg<ReleaseVerified>();

        Tell(new VerifyRelease(Lease, Bytes.Zero));

        Assert.Equal(Bytes.Zero, Supervisor.ExpectMsg<ReleaseVerified>().Missing);
    }

    [Fact]
    public void Should_let_debt_fall_when_the_memory_comes_back_after_all()
    {
        Gauge.Native = Bytes.MiB(60);
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        AdvanceUntil(() => Assert.True(Supervisor.HasMessages), TimeSpan.FromMilliseconds(20));
        Supervisor.ExpectMsg<ReleaseVerified>();
        Assert.Equal(Bytes.MiB(30), Events.FishForMessage<LeakDebtSeen>(_ => true).Debt);

        Gauge.Native = Bytes.MiB(31);
        Tell(new VerifyRelease(Lease, Bytes.Zero));

        Assert.Equal(Bytes.Zero, Events.FishForMessage<LeakDebtSeen>(_ => true).Debt);
    }

    [Fact]
    public void Should_take_away_base_and_buffers_when_it_samples()
    {
        Tell(new LedgerLevel(Models: Bytes.MiB(40), Pools: Bytes.MiB(10), Budget: Bytes.MiB(60)));
        Gauge.Native = Bytes.MiB(30 + 10 + 35);

        Advance(Settings.SampleInterval);

        var sample = Events.ExpectMsg<MemorySampled>();
        Assert.Equal((Bytes.MiB(35), Bytes.MiB(10), Bytes.MiB(40), false), (sample.Anonymous, sample.Pools, sample.Charged, sample.OverBudget));
    }

    [Theory]
    [InlineData(51, 40, true)]
    [InlineData(10, 51, true)]
    [InlineData(50, 50, false)]
    public void Should_count_a_sample_as_over_when_memory_or_ledger_is_above_the_budget(int measured, int charged, bool over)
    {
        Tell(new LedgerLevel(Bytes.MiB(charged), Pools: Bytes.MiB(10), Budget: Bytes.MiB(60)));
        Gauge.Native = Bytes.MiB(30 + 10 + measured);

        Advance(Settings.SampleInterval);

        Assert.Equal(over, Events.ExpectMsg<MemorySampled>().OverBudget);
    }

    [Theory]
    [InlineData(51, true)]
    [InlineData(50, false)]
    public void Should_count_a_sample_apart_when_a_budget_that_was_lowered_is_exceeded(double measured, bool over)
    {
        Level(models: 50, pools: 10, budget: 60, grace: true);
        Gauge.Native = Bytes.MiB(30 + 10 + measured);

        var sample = Sample();

        Assert.Equal((false, over), (sample.OverBudget, sample.GraceOver));
    }

    [Fact]
    public void Should_show_debt_and_tell_it_when_a_quiet_sample_does()
    {
        Level(models: 50, quiet: true);
        Gauge.Native = Bytes.MiB(30 + 50 + 9);

        Sample();

        Assert.Equal(Bytes.MiB(9), Supervisor.ExpectMsg<DebtMeasured>().Debt);
        Assert.Equal(Bytes.MiB(9), Events.FishForMessage<LeakDebtSeen>(_ => true).Debt);
    }

    [Fact]
    public void Should_call_nothing_a_leak_when_something_loads_or_runs()
    {
        Level(models: 50);
        Gauge.Native = Bytes.MiB(30 + 50 + 9);

        Sample();

        Silent(Supervisor);
    }

    [Fact]
    public void Should_tell_debt_once_when_it_hardly_changes()
    {
        Level(models: 0, quiet: true);
        Gauge.Native = Bytes.MiB(50);
        Sample();
        Gauge.Native = Bytes.MiB(50.9);
        Sample();
        Gauge.Native = Bytes.MiB(52);
        Sample();
        Gauge.Native = Bytes.MiB(30);
        Sample();

        Assert.Equal([20, 22, 0], new[] { Debt(), Debt(), Debt() });
        Silent(Supervisor);

        double Debt() => Supervisor.ExpectMsg<DebtMeasured>().Debt.Count / 1048576d;
    }

    [Fact]
    public void Should_tell_a_new_supervisor_what_holds_when_it_comes()
    {
        Level(models: 0, quiet: true);
        (Gauge.Native, Machine.Available) = (Bytes.MiB(60), Bytes.MiB(400));
        Sample();
        var next = CreateTestProbe();

        Monitor.Tell(new LedgerLevel(Bytes.Zero, Bytes.Zero, Bytes.MiB(512)), next);

        // Nothing is charged, so nothing that is taken is the models' own.
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(336)), next.ExpectMsg<BudgetMeasured>().Budget);
        Assert.Equal(Bytes.MiB(30), next.ExpectMsg<DebtMeasured>().Debt);
    }
}
