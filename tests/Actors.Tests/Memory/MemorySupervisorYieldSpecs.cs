using ActorPipeline.Catalog;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>Holders that do not do what they are asked.</summary>
public sealed class MemorySupervisorYieldSpecs : MemorySupervisorKit
{
    /// <summary>Passes on what it hears, and blocks where it is asked to yield: it cannot even be stopped.</summary>
    private sealed class Deaf : ReceiveActor
    {
        public Deaf(IActorRef to, ManualResetEventSlim released) => ReceiveAny(message =>
        {
            to.Tell(message);
            if (message is YieldLease) released.Wait();
        });
    }

    [Fact]
    public void Should_stop_a_holder_and_release_when_it_does_not_yield_in_time()
    {
        Watch(First);
        var lease = Yielding(First);

        Advance(Settings.YieldBound);

        ExpectTerminated(First);
        Verify(lease.Id);
        Second.ExpectMsg<LeaseGranted>();
    }

    [Fact]
    public void Should_leave_a_holder_alone_when_it_let_go_in_time()
    {
        Watch(First);
        var lease = Yielding(First);
        Supervisor.Tell(new ReleaseLease(lease.Id), First);
        ToVerify(lease.Id);
        Settle();

        Advance(Settings.YieldBound * 3);

        Settle();
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal(LeasePhase.Releasing, Settle().Leases.Single().Phase);
    }

    [Fact]
    public void Should_keep_the_bytes_and_ask_for_a_new_process_when_a_holder_cannot_even_be_stopped()
    {
        using var released = new ManualResetEventSlim();
        var (to, wait) = ((IActorRef)First, released);
        var deaf = Sys.ActorOf(Props.Create(() => new Deaf(to, wait)));
        try
        {
            var lease = Yielding(First, deaf);
            Advance(Settings.YieldBound);
            Settle();
            Assert.DoesNotContain(Drain(Events), e => e is RecycleRequired);

            Advance(Settings.YieldBound);

            Assert.Contains("'a'", Events.FishForMessage<RecycleRequired>(_ => true).Reason);
            Assert.Equal(DenialReason.Recycle, Second.ExpectMsg<LeaseDenied>().Reason);
            Assert.Equal(lease.Id, Events.FishForMessage<LeaseChanged>(c => c.Change == LeaseChange.Stuck).Lease);
        }
        finally
        {
            released.Set();
        }
        Kill(deaf);
        // It came out after all, and yet nobody knows what it left behind.
        Assert.Equal(OfHost(60), Settle().Charges.Single().Bytes);
        Assert.DoesNotContain(Drain(Monitor), m => m is VerifyRelease);
    }

    [Fact]
    public void Should_give_a_load_its_time_when_it_is_to_yield_meanwhile()
    {
        Watch(First);
        var lease = Granted(First, 1, "a");
        Supervisor.Tell(new BudgetMeasured(OfHost(50), false, ""), Monitor);
        First.ExpectMsg<YieldLease>();
        Settle();

        for (var i = 0; i < 5; i++)
        {
            Advance(Settings.YieldBound);
            Settle();
        }
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        Supervisor.Tell(new ConfirmResident(lease.Id), First);
        Settle();
        Advance(Settings.YieldBound);
        ExpectTerminated(First);
    }

    private Lease Yielding(TestProbe holder, IActorRef? actor = null)
    {
        Ask(actor ?? holder, 1, "a");
        var lease = holder.ExpectMsg<LeaseGranted>().Lease;
        Supervisor.Tell(new ConfirmResident(lease.Id), holder);
        Ask(Second, 2, "b");
        Second.ExpectMsg<LeaseQueued>();
        Assert.Equal(lease.Id, holder.ExpectMsg<YieldLease>().Lease);
        Settle();
        return lease;
    }
}
