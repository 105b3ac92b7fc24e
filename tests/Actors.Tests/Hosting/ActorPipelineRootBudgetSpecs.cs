using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Scenarios;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Telemetry;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;
using static ActorPipeline.Memory.MemoryProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Another budget for a run that goes on: detector and classifier take 40 MiB each.</summary>
public sealed class ActorPipelineRootBudgetSpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Should_have_models_yield_and_take_turns_when_the_budget_is_lowered()
    {
        var source = Running(budget: 200);
        Assert.Equal(2, Models().Count());

        Assert.Contains("60.0 MiB from now on; it was 200.0 MiB", Done(60));

        Eventually(() => Assert.Single(Models()));
        Assert.Equal(Bytes.MiB(60), Assert.Single(Seen<BudgetSet>()).Configured);
        source.Release();
        var run = End(Step);
        Assert.Equal((40, 0), (run.Pipelines[0].Totals.Classified, run.Failures.Count));
        AssertFrames(run);
        AssertSessions();
        // What was sampled beyond it, while they yielded, was in grace.
        Assert.DoesNotContain(Seen<MemorySampled>(), s => s.OverBudget);
    }

    [Fact]
    public void Should_have_models_stay_together_when_the_budget_is_raised()
    {
        var source = Running(budget: 60);
        Assert.Single(Models());

        Done(200);
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(200)), Explained().Budget);
        source.Release();

        var run = End(Step);
        Assert.Equal(40, run.Pipelines[0].Totals.Classified);
        Assert.Contains(Since(), l => l.Change == LeaseChange.Granted);
        Assert.DoesNotContain(Since(), l => l.Change == LeaseChange.Yielded);
        AssertSound(run);
    }

    [Fact]
    public void Should_refuse_with_the_least_that_would_do_and_change_nothing_when_a_model_could_never_fit()
    {
        var source = Running(budget: 200);

        var reason = Refused(30);

        Assert.Contains("the budget must be at least 40.0 MiB: model 'detector' can never fit: its declared footprint needs 40.0 MiB, but actor-pipeline.memory.budget is 30.0 MiB", reason);
        Assert.Equal(PoolVector.OfHost(Bytes.MiB(200)), Explained().Budget);
        Assert.Empty(Seen<BudgetSet>());
        source.Release();
        AssertSound(End(Step));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(17.0 * 1024 * 1024)]
    [InlineData(-1)]
    public void Should_refuse_when_the_configuration_would_not_take_it_either(double mebibytes)
    {
        var source = Running(budget: 200);

        Assert.Contains("the budget must be from 1.0 MiB", Refused(mebibytes));

        source.Release();
        End(Step);
    }

    [Fact]
    public void Should_tell_nobody_when_it_is_so_already()
    {
        var source = Running(budget: 200);

        Assert.Contains("already", Done(200));

        Assert.Empty(Seen<BudgetSet>());
        source.Release();
        End(Step);
    }

    [Theory]
    [InlineData(60, 120, "memory-supervisor")]
    [InlineData(60, 120, "memory-monitor")]
    [InlineData(200, 120, "memory-supervisor")]
    [InlineData(200, 120, "memory-monitor")]
    public void Should_still_hold_when_a_part_that_knew_it_was_made_anew(double before, double after, string part)
    {
        Machine.Available = Bytes.MiB(4096);
        var source = Running(before);
        Done(after);

        KillAndSee(part);
        AdvanceUntil(() => Assert.NotNull(Find(part)), Step);
        // A new monitor says what is left with its second reading.
        for (var i = 0; i < 5; i++) Advance(Step);

        AdvanceUntil(() => Assert.Equal(PoolVector.OfHost(Bytes.MiB(after)), Explained().Budget), Step);
        Assert.DoesNotContain(Seen<ITelemetryEvent>().SkipWhile(e => e is not BudgetSet).OfType<BudgetChanged>(), b => b.Budget != Bytes.MiB(after));
        source.Release();
        Assert.Equal(40, End(Step).Pipelines[0].Totals.Classified);
    }

    [Fact]
    public void Should_give_no_model_up_that_was_estimated_larger_when_the_budget_is_lowered()
    {
        var guess = new Footprint(PoolVector.OfHost(Bytes.MiB(90)), PoolVector.OfHost(Bytes.MiB(90)), PoolVector.Zero, FootprintSource.Estimated);
        Runtime.Add(Declare(Cards.Detector) with { Footprint = guess });
        var source = Running(budget: 100, detector: false);
        Assert.Contains(Seen<LeaseChanged>(), l => IsGrantOfDetector(l) && l.Bytes > Bytes.MiB(60));

        Done(60);
        source.Release();

        var run = End(Step);
        var later = Since().Where(IsGrantOfDetector).ToList();
        Assert.NotEmpty(later);
        Assert.DoesNotContain(later, l => l.Bytes > Bytes.MiB(60));
        Assert.Equal((40, 0), (run.Pipelines[0].Totals.Classified, run.Pipelines[0].Totals.Failed.Count));
    }

    private IEnumerable<Charge> Models() => Charges().Where(c => c.Kind is ChargeKind.Load or ChargeKind.Resident);

    /// <summary>What became of leases since the budget was set; while frames stood still nothing did.</summary>
    private IEnumerable<LeaseChanged> Since() => Seen<ITelemetryEvent>().SkipWhile(e => e is not BudgetSet).OfType<LeaseChanged>();

    private static bool IsGrantOfDetector(LeaseChanged change) => change.Change == LeaseChange.Granted && change.Model == Cards.Detector;

    private NumberedFrameSource Running(double budget, bool detector = true)
    {
        if (detector) Declare(Cards.Detector);
        Declare(Cards.Classifier);
        var source = new NumberedFrameSource(40, 16, 16) { BlockAt = 10 };
        Add("street", source);
        Start(budget, models: [Cards.Detector, Cards.Classifier]);
        AdvanceUntil(() => Assert.Equal((true, 10), (source.IsBlocked, Seen<FrameConcluded>().Count)), Step);
        return source;
    }

    private ModelExplanation Explained()
    {
        Root.Tell(new ExplainModel(Cards.Detector), TestActor);
        return ExpectMsg<ModelExplained>().Explanation;
    }

    private string Done(double mebibytes) => Done(new SetBudget(Bytes.MiB(mebibytes)));

    private string Refused(double mebibytes) => Refused(new SetBudget(Bytes.MiB(mebibytes)));
}
