using ActorPipeline.Support;
using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Budget 512 MiB, headroom 64 MiB; the budget may rise after a second.</summary>
public sealed class MemoryMonitorBudgetSpecs : MemoryMonitorKit
{
    [Fact]
    public void Should_say_nothing_when_the_machine_has_plenty_or_says_nothing()
    {
        Level(models: 0);

        Sample();
        Measure(4096);

        Silent(Supervisor);
    }

    [Fact]
    public void Should_lower_the_budget_when_another_program_takes_memory_and_give_it_back_later()
    {
        Level(models: 200, pools: 10);
        Gauge.Native = Bytes.MiB(30 + 210);

        var lowered = Measure(150);

        Assert.Equal(PoolVector.OfHost(Bytes.MiB(210 + 150 - 64)), lowered!.Budget);
        Assert.Contains("a spec leaves 150.0 MiB beside 210.0 MiB", lowered.Why, StringComparison.Ordinal);
        for (var i = 0; i < 10; i++) Assert.Null(Measure(2000));
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(512)), Measure(2000)!.Budget);
    }

    [Theory]
    [InlineData(300, 300)]
    [InlineData(700, 700)]
    [InlineData(5000, 4032)]
    public void Should_say_what_the_machine_leaves_of_it_when_another_budget_is_configured(double configured, double expected)
    {
        Level(models: 0);
        for (var i = 0; i < 12; i++) Measure(4096);

        Tell(new ConfigureBudget(Bytes.MiB(configured)));

        Assert.Equal(PoolVector.OfHost(Bytes.MiB(expected)), Supervisor.ExpectMsg<BudgetMeasured>().Budget);
        Measure(4096);
        Silent(Supervisor);
    }

    [Fact]
    public void Should_say_what_is_left_of_the_new_budget_when_another_supervisor_comes()
    {
        Level(models: 0);
        Tell(new ConfigureBudget(Bytes.MiB(300)));
        Supervisor.ExpectMsg<BudgetMeasured>();

        // It was made with what is configured by now: there is nothing to be said.
        var (later, level) = (CreateTestProbe(), new LedgerLevel(Bytes.Zero, Bytes.Zero, Bytes.MiB(300)));
        Monitor.Tell(level, later);
        Sample();
        Silent(later);
        Machine.Available = Bytes.MiB(264);
        Sample();

        Assert.Equal(PoolVector.OfHost(Bytes.MiB(200)), later.ExpectMsg<BudgetMeasured>().Budget);
    }

    [Fact]
    public void Should_not_count_what_is_only_charged_when_a_model_still_loads()
    {
        Level(models: 200);

        Assert.Equal(PoolVector.OfHost(Bytes.MiB(386)), Measure(450)!.Budget);
    }

    [Fact]
    public void Should_not_lower_the_budget_when_our_own_model_takes_the_memory()
    {
        Level(models: 200);
        Measure(576);
        Gauge.Native = Bytes.MiB(30 + 200);

        Assert.Null(Measure(376));
    }

    [Fact]
    public void Should_not_lower_the_budget_when_a_device_takes_of_the_same_memory_for_our_own_models()
    {
        Tell(new LedgerLevel(Bytes.MiB(200), Bytes.Zero, Bytes.MiB(512)) { Unseen = PoolVector.OfHost(Bytes.MiB(150)) });
        Gauge.Native = Bytes.MiB(30 + 50);

        Assert.Null(Measure(376));
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(200 + 300 - 64)), Measure(300)!.Budget);
    }

    [Fact]
    public void Should_know_its_own_models_when_the_base_is_not_taken_yet()
    {
        var (gauge, machine, time, supervisor) = (new FakeGauge { Native = Bytes.MiB(30) }, new FakeMachine(), (TimeProvider)Time, CreateTestProbe());
        var monitor = Sys.ActorOf(Props.Create(() => new MemoryMonitor(Settings, gauge, machine, time)));
        monitor.Tell(new LedgerLevel(Bytes.MiB(200), Bytes.Zero, Bytes.MiB(512)), supervisor);
        monitor.Tell(new Identify(1), supervisor);
        supervisor.ExpectMsg<ActorIdentity>();
        (gauge.Native, machine.Available) = (Bytes.MiB(230), Bytes.MiB(376 - 20));

        Advance(Settings.SampleInterval);

        Assert.Equal(PoolVector.OfHost(Bytes.MiB(492)), supervisor.ExpectMsg<BudgetMeasured>().Budget);
    }

    [Fact]
    public void Should_say_that_it_is_critical_when_everything_stands_still()
    {
        Level(models: 0);
        Machine.Stall = 30;
        Sample();
        Assert.True(Supervisor.ExpectMsg<BudgetMeasured>().Critical);

        Machine.Stall = 1;
        Sample();
        Assert.False(Supervisor.ExpectMsg<BudgetMeasured>().Critical);
    }

    [Fact]
    public void Should_keep_its_head_when_the_machine_lies_once()
    {
        Level(models: 0);

        Assert.Null(Measure(0));
        Assert.Null(Measure(4096));
        Assert.Null(Measure(1e7));
    }

    [Fact]
    public void Should_follow_the_machine_when_the_process_cannot_be_read()
    {
        Level(models: 200);
        Gauge.Native = Bytes.MiB(230);
        Sample();
        Gauge.IsUnreadable = true;
        Machine.Available = Bytes.MiB(200);

        Advance(Settings.SampleInterval);

        Assert.Equal(PoolVector.OfHost(Bytes.MiB(336)), Supervisor.ExpectMsg<BudgetMeasured>().Budget);
    }
}
