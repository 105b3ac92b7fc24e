using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>A real model actor with a real session of a synthetic model; supervisor and board are probes.</summary>
public abstract class ModelActorKit : VirtualTimeKit
{
    internal static readonly ServingSettings Settings = new()
    {
        LoadTimeout = TimeSpan.FromSeconds(10), LostAfter = TimeSpan.FromSeconds(2), MaxFailures = 3,
        BackoffMin = TimeSpan.FromMilliseconds(200), BackoffMax = TimeSpan.FromSeconds(5),
    };

    private long _leases;

    protected ModelActorKit()
    {
        Supervisor = CreateTestProbe();
        Board = CreateTestProbe();
        Root = CreateTestProbe();
        Runtime = new SyntheticModelRuntime(Time);
    }

    protected TestProbe Supervisor { get; }

    protected TestProbe Board { get; }

    /// <summary>Plays who probes and unloads.</summary>
    protected TestProbe Root { get; }

    protected SyntheticModelRuntime Runtime { get; }

    protected FakeGauge Gauge { get; init; } = new();

    protected SyntheticCounters Counters => Runtime[Cards.Detector];

    protected IActorRef Model { get; private set; } = ActorRefs.Nobody;

    protected void Start(SyntheticModel? model = null, IModelRuntime? runtime = null)
    {
        var declared = model ?? new SyntheticModel(Cards.Detector);
        Runtime.Add(declared);
        IReadOnlyList<ServedVariant> variants = [new ServedVariant(Cards.Of(Cards.Detector), new LeaseVariant("fp32", declared.Footprint))];
        Start(variants, runtime);
    }

    /// <summary>A model in several forms, which the runtime knows.</summary>
    private protected void Start(IReadOnlyList<ServedVariant> variants, IModelRuntime? runtime = null)
    {
        var (loads, gauge, supervisor, board, time) = (runtime ?? Runtime, (Device.IMemoryGauge)Gauge, (IActorRef)Supervisor, (IActorRef)Board, (TimeProvider)Time);
        Model = Sys.ActorOf(Props.Create(() => new ModelActor(Cards.Of(Cards.Detector), variants, loads, gauge, supervisor, board, Settings, time)), "detector");
        Assert.Equal(Model, Board.ExpectMsg<RegisterModel>().Actor);
    }

    protected void Demand() => Model.Tell(new Demand(Cards.Detector), Board);

    protected void Unload() => Model.Tell(new UnloadModel(Cards.Detector), Root);

    protected RequestLease Requested() => Supervisor.ExpectMsg<RequestLease>();

    protected Lease Grant()
    {
        var request = Requested();
        var lease = new Lease(new LeaseId(1, ++_leases), request.Model, request.Variants[0].Name, LeasePhase.Load, request.Variants[0].Footprint.LoadLease(1));
        Model.Tell(new LeaseGranted(request.Request, lease), Supervisor);
        return lease;
    }

    /// <summary>Brings it to Ready and says what the board was given.</summary>
    protected (Lease Lease, ILoadedModel Session) GetReady()
    {
        Demand();
        var lease = Grant();
        Assert.Equal(lease.Id, Supervisor.ExpectMsg<ConfirmResident>().Lease);
        return (lease, Board.ExpectMsg<ModelReady>().Session);
    }

    protected void Drained(long completedRuns = 1)
    {
        Board.ExpectMsg<DrainModel>();
        Model.Tell(new ModelDrained(Cards.Detector, completedRuns), Board);
    }

    /// <summary>Expects the release and ends the lease, as the supervisor does once the memory is back.</summary>
    protected void EndLease(Lease lease)
    {
        Assert.Equal(lease.Id, Supervisor.ExpectMsg<ReleaseLease>().Lease);
        Model.Tell(new LeaseEnded(lease.Id), Supervisor);
    }

    /// <summary>One whole round of a load that fails.</summary>
    protected void FailToLoad()
    {
        EndLease(Grant());
    }
}
