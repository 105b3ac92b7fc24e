using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>What its loads and turns are measured to take, and what it is then known to need.</summary>
public sealed class ModelActorMeasuringSpecs : ModelActorKit
{
    private static readonly SyntheticModel Slow = new(Cards.Detector) { LoadTime = TimeSpan.FromSeconds(1) };
    private static readonly Footprint Learnt = Footprint.Declared(Bytes.MiB(50), Bytes.MiB(40), Bytes.MiB(3));

    public ModelActorMeasuringSpecs() => Gauge = new FakeGauge { HasPhases = true, Native = Bytes.MiB(30) };

    [Fact]
    public void Should_say_what_load_and_turn_took_when_it_ran()
    {
        var lease = Load();
        Assert.Equal(new LoadMeasurement(Bytes.MiB(60), Bytes.MiB(40)), Supervisor.ExpectMsg<ConfirmResident>().Measured);
        Board.ExpectMsg<ModelReady>();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Gauge.PhasePeak = Bytes.MiB(95);
        // Read once more before it is disposed, and then it is gone.
        Gauge.ShowOnce(Bytes.MiB(70));
        Gauge.Native = Bytes.MiB(32);

        Drained(completedRuns: 1);

        Assert.Equal(new TurnMeasurement(Bytes.MiB(65), Bytes.MiB(2)), Supervisor.ExpectMsg<ReleaseLease>().Measured);
    }

    [Fact]
    public void Should_say_nothing_of_its_turn_when_it_ran_nothing()
    {
        var lease = Load();
        Supervisor.ExpectMsg<ConfirmResident>();
        Board.ExpectMsg<ModelReady>();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);

        Drained(completedRuns: 0);

        Assert.Null(Supervisor.ExpectMsg<ReleaseLease>().Measured);
    }

    [Fact]
    public void Should_say_nothing_of_load_and_turn_when_the_gauge_cannot_be_read()
    {
        Gauge.IsUnreadable = true;
        var lease = Load();
        Assert.Null(Supervisor.ExpectMsg<ConfirmResident>().Measured);
        Board.ExpectMsg<ModelReady>();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);

        Drained(completedRuns: 1);

        Assert.Null(Supervisor.ExpectMsg<ReleaseLease>().Measured);
    }

    [Fact]
    public void Should_say_nothing_of_the_turn_before_when_a_later_load_fails()
    {
        var lease = Load();
        Supervisor.ExpectMsg<ConfirmResident>();
        Board.ExpectMsg<ModelReady>();
        Model.Tell(new YieldLease(lease.Id, ""), Supervisor);
        Drained(completedRuns: 1);
        Demand();
        Runtime.Add(new SyntheticModel(Cards.Detector) { FailLoads = int.MaxValue });
        EndLease(lease);

        Grant();

        Assert.Null(Supervisor.ExpectMsg<ReleaseLease>().Measured);
    }

    [Fact]
    public void Should_ask_for_what_it_is_known_to_need_when_that_was_learnt_while_it_was_in_memory()
    {
        Start();
        var (lease, _) = GetReady();
        Model.Tell(new UseVariants([new LeaseVariant("fp32", Learnt)]));

        // What it holds was granted for what was known before.
        var next = CreateTestProbe();
        Model.Tell(new SupervisorStarted(2, next), Root);
        Assert.Equal(new SyntheticModel(Cards.Detector).Footprint, next.ExpectMsg<ReportLeases>().Held!.Variant.Footprint);
        Model.Tell(new YieldLease(lease.Id, ""), next);
        Drained();
        Demand();
        Assert.Equal(lease.Id, next.ExpectMsg<ReleaseLease>().Lease);
        Model.Tell(new LeaseEnded(lease.Id), next);

        Assert.Equal(Learnt, Assert.Single(next.ExpectMsg<RequestLease>().Variants).Footprint);
    }

    private Lease Load()
    {
        Start(Slow);
        Demand();
        var lease = Grant();
        Eventually(() => Assert.Equal(1, Counters.Waiting));
        (Gauge.Native, Gauge.PhasePeak) = (Bytes.MiB(70), Bytes.MiB(90));
        Advance(Slow.LoadTime);
        return lease;
    }
}
