using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A monitor in the place of one that died: base, budget and debt were told before its time.</summary>
public sealed class MemoryMonitorRestoreSpecs : MemoryMonitorKit
{
    public MemoryMonitorRestoreSpecs() => Tell(new RestoreBase(Bytes.MiB(30)));

    [Fact]
    public void Should_say_what_the_budget_is_when_its_supervisor_was_told_a_lower_one()
    {
        Level(models: 0, budget: 200);

        // A steep fall would be believed at the second reading only.
        Assert.Null(Measure(4096));
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(512)), Measure(4096)!.Budget);
        Assert.Null(Measure(4096));
    }

    [Fact]
    public void Should_say_that_there_is_no_debt_when_its_supervisor_was_told_of_some()
    {
        Level(models: 0, quiet: true);

        Sample();

        Assert.Equal(Bytes.Zero, Supervisor.FishForMessage<DebtMeasured>(_ => true).Debt);
    }

    [Fact]
    public void Should_go_on_from_the_time_it_was_first_asked_when_what_stays_charged_changes()
    {
        Level(models: 0);
        Gauge.Native = Bytes.MiB(30 + 60);
        Tell(new VerifyRelease(Lease, Bytes.Zero));
        Settle();
        Advance(TimeSpan.FromMilliseconds(400));
        Settle();

        Tell(new VerifyRelease(Lease, Bytes.MiB(50)));
        Settle();
        Advance(Settings.ReleaseBound - TimeSpan.FromMilliseconds(400));

        Assert.Equal(Bytes.MiB(10), Supervisor.FishForMessage<ReleaseVerified>(_ => true).Missing);
    }

    /// <summary>An answer proves that all that came before was handled.</summary>
    private void Settle()
    {
        var asker = CreateTestProbe();
        Monitor.Tell(new Identify(1), asker);
        asker.ExpectMsg<ActorIdentity>();
    }
}
