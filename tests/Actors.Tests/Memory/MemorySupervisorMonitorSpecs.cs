using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A monitor dies, and another follows or does not.</summary>
public sealed class MemorySupervisorMonitorSpecs : MemorySupervisorKit
{
    [Fact]
    public void Should_have_releases_verified_again_when_a_new_monitor_comes()
    {
        Supervisor.Tell(new ChargePool("street", OfHost(10)), Second);
        var lease = Releasing();
        Kill(Monitor);

        var next = CreateTestProbe();
        Supervisor.Tell(new MonitorStarted(next));

        // The level first: what the monitor subtracts must not be what it began with.
        Assert.Equal(Bytes.MiB(10), next.ExpectMsg<LedgerLevel>().Pools);
        Assert.Equal(lease.Id, next.ExpectMsg<VerifyRelease>().Lease);
        Supervisor.Tell(new ReleaseVerified(lease.Id, Bytes.Zero), next);
        First.ExpectMsg<LeaseEnded>();
    }

    [Fact]
    public void Should_take_releases_on_trust_when_no_monitor_comes()
    {
        Releasing();
        Kill(Monitor);
        Silent(First);

        Advance(Settings.ReleaseBound * 4);

        First.ExpectMsg<LeaseEnded>();
        var next = Resident(First, 2, "b");
        Supervisor.Tell(new ReleaseLease(next.Id), First);
        First.ExpectMsg<LeaseEnded>();
    }

    [Fact]
    public void Should_take_nothing_on_trust_when_a_new_monitor_came_in_time()
    {
        Releasing();
        Kill(Monitor);
        Supervisor.Tell(new MonitorStarted(CreateTestProbe()));
        Settle();

        Advance(Settings.ReleaseBound * 4);

        Silent(First);
    }

    [Fact]
    public void Should_take_nothing_on_trust_any_more_when_a_new_monitor_comes_late()
    {
        Kill(Monitor);
        Advance(Settings.ReleaseBound * 4);
        var next = CreateTestProbe();
        Supervisor.Tell(new MonitorStarted(next));

        Releasing();

        next.FishForMessage<VerifyRelease>(_ => true);
        Silent(First);
    }

    [Fact]
    public void Should_go_on_deciding_when_there_is_no_monitor()
    {
        Kill(Monitor);

        Granted(First, 1, "a");
        Ask(Second, 2, "b");

        Second.ExpectMsg<LeaseQueued>();
    }

    [Fact]
    public void Should_say_what_stays_charged_now_when_another_is_granted_while_a_release_is_verified()
    {
        var lease = Releasing(40);
        Assert.Equal((Bytes.Zero, true), Stays(ToVerify(lease.Id)));

        Granted(Second, 2, "b", 50);

        Assert.Equal((Bytes.MiB(50), false), Stays(ToVerify(lease.Id)));
    }

    private static (Bytes Charged, bool Alone) Stays(VerifyRelease verify) => (verify.ChargedWithout, verify.Alone);

    private Lease Releasing(double mebibytes = 60)
    {
        var lease = Resident(First, 1, "a", mebibytes);
        Supervisor.Tell(new ReleaseLease(lease.Id), First);
        Settle();
        return lease;
    }
}
