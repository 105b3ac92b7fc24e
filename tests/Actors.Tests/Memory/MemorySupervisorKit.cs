using ActorPipeline.Support;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Memory.Footprints;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Memory;

/// <summary>A supervisor of 100 MiB; holders and the monitor are probes.</summary>
public abstract class MemorySupervisorKit : VirtualTimeKit
{
    private protected static readonly MemorySettings Settings = new()
    {
        Budget = Bytes.MiB(100), YieldBound = TimeSpan.FromSeconds(30), ReleaseBound = TimeSpan.FromMilliseconds(500),
    };

    private protected MemorySupervisorKit(SupervisorLegacy? legacy = null)
    {
        (Monitor, First, Second, Events) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Sys.EventStream.Subscribe(Events, typeof(ITelemetryEvent));
        var (monitor, time, before) = ((IActorRef)Monitor, (TimeProvider)Time, legacy ?? SupervisorLegacy.None);
        Supervisor = Sys.ActorOf(Props.Create(() => new MemorySupervisor(Settings, 1, monitor, time, before)));
    }

    protected TestProbe Monitor { get; }

    protected TestProbe First { get; }

    protected TestProbe Second { get; }

    protected TestProbe Events { get; }

    protected IActorRef Supervisor { get; }

    protected static PoolVector OfHost(double mebibytes) => PoolVector.OfHost(Bytes.MiB(mebibytes));

    protected void Ask(IActorRef holder, long number, string model, double mebibytes = 60) => Supervisor.Tell(Request(number, model, Host(mebibytes)), holder);

    protected Lease Granted(TestProbe holder, long number, string model, double mebibytes = 60)
    {
        Ask(holder, number, model, mebibytes);
        return holder.ExpectMsg<LeaseGranted>().Lease;
    }

    protected Lease Resident(TestProbe holder, long number, string model, double mebibytes = 60)
    {
        var lease = Granted(holder, number, model, mebibytes);
        Supervisor.Tell(new ConfirmResident(lease.Id), holder);
        return lease;
    }

    /// <summary>What is charged now; the answer proves that all that came before was handled.</summary>
    protected ResidencyTold Settle()
    {
        var asker = CreateTestProbe();
        Supervisor.Tell(new GetResidency(), asker);
        return asker.ExpectMsg<ResidencyTold>();
    }

    private protected VerifyRelease ToVerify(LeaseId lease) => Monitor.FishForMessage<VerifyRelease>(v => v.Lease == lease);

    protected void Verify(LeaseId lease)
    {
        ToVerify(lease);
        Supervisor.Tell(new ReleaseVerified(lease, Bytes.Zero), Monitor);
    }

    protected void Kill(IActorRef actor)
    {
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Settle();
    }

    protected static List<object> Drain(TestProbe probe)
    {
        var messages = new List<object>();
        while (probe.HasMessages) messages.Add(probe.ReceiveOne(TimeSpan.Zero));
        return messages;
    }
}
