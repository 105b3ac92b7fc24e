using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

public sealed class ModelActorVariantSpecs : ModelActorKit
{
    private static readonly LeaseVariant Full = Need("fp32", 8), Small = Need("int8", 3);

    public ModelActorVariantSpecs()
    {
        Runtime.Add(new SyntheticModel(Cards.Detector)).Add(new SyntheticModel(Cards.Detector) { Variant = "int8" });
        Start([new ServedVariant(Card("fp32"), Full), new ServedVariant(Card("int8"), Small)]);
    }

    [Fact]
    public void Should_name_all_in_order_of_preference_when_it_asks_for_its_lease()
    {
        Demand();

        Assert.Equal([Full, Small], Requested().Variants);
    }

    [Fact]
    public void Should_load_what_was_granted_and_say_so_when_that_is_a_smaller_one()
    {
        var states = CreateTestProbe();
        Sys.EventStream.Subscribe(states, typeof(ModelStateChanged));
        Demand();

        Give("int8");

        var ready = Board.ExpectMsg<ModelReady>();
        Assert.Equal(("int8", "int8"), (ready.Variant, ready.Session.Card.Variant));
        Assert.Equal((0, 1), (Counters.Loads, Runtime["detector", "int8"].Loads));
        var told = states.FishForMessage<ModelStateChanged>(s => s.State == ModelState.Ready);
        Assert.Equal(("int8", "int8"), (told.Variant, told.Load!.Variant));
    }

    [Fact]
    public void Should_ask_for_the_preferred_one_again_when_it_was_unloaded()
    {
        Demand();
        var lease = Give("int8");
        Board.ExpectMsg<ModelReady>();
        Supervisor.ExpectMsg<ConfirmResident>();
        Model.Tell(new YieldLease(lease.Id, "room"), Supervisor);
        Drained();
        EndLease(lease);

        Demand();

        Assert.Equal(["fp32", "int8"], Requested().Variants.Select(v => v.Name));
    }

    [Fact]
    public void Should_ask_for_one_variant_alone_when_that_is_probed()
    {
        Model.Tell(new ProbeModel(Cards.Detector) { Variant = "int8" }, Root);
        Assert.Equal([Small], Supervisor.ExpectMsg<RequestLease>(r => Grant(r, "int8")).Variants);
        Supervisor.ExpectMsg<ConfirmResident>();
        EndLease(new Lease(new LeaseId(1, 1), Cards.Detector, "int8", LeasePhase.Resident, PoolVector.Zero));

        Assert.Equal("int8", Root.ExpectMsg<ModelProbed>().Report.Variant);
        Demand();
        Assert.Equal(2, Requested().Variants.Count);
    }

    [Fact]
    public void Should_ask_for_what_each_is_known_to_need_when_that_was_learnt()
    {
        var learnt = Need("int8", 2);
        Model.Tell(new UseVariants([learnt]), Root);

        Demand();

        Assert.Equal([Full, learnt], Requested().Variants);
    }

    [Fact]
    public void Should_report_the_granted_variant_when_a_new_supervisor_asks()
    {
        Demand();
        Give("int8");
        Board.ExpectMsg<ModelReady>();

        var next = CreateTestProbe();
        Model.Tell(new SupervisorStarted(2, next), Root);

        Assert.Equal(Small, next.ExpectMsg<ReportLeases>().Held!.Variant);
    }

    [Fact]
    public void Should_load_for_the_batch_that_was_asked_for_when_another_was_learnt_since()
    {
        Model.Tell(new UseVariants([Full with { Footprint = Full.Footprint with { Batch = 4 } }]), Root);
        Demand();
        var request = Requested();
        Assert.Equal([4, 1], request.Variants.Select(v => v.Footprint.Batch));
        // The grant to come covers what was asked for, and no more.
        Model.Tell(new UseVariants([Full with { Footprint = Full.Footprint with { Batch = 8 } }]), Root);
        Grant(request, "fp32");
        Assert.Equal(4, Board.ExpectMsg<ModelReady>().Session.Card.Batch);
    }

    private static LeaseVariant Need(string name, double mebibytes) => new(name, Footprint.Declared(Bytes.MiB(mebibytes), Bytes.MiB(mebibytes), Bytes.Zero));

    private static ModelCard Card(string variant) => Cards.Of(Cards.Detector) with { Variant = variant };

    private Lease Give(string variant) => Grant(Requested(), variant);

    private Lease Grant(RequestLease request, string variant)
    {
        var lease = new Lease(new LeaseId(1, 1), request.Model, variant, LeasePhase.Load, PoolVector.Zero);
        Model.Tell(new LeaseGranted(request.Request, lease), Supervisor);
        return lease;
    }
}
