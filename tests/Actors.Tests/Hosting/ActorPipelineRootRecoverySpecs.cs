using ActorPipeline.Catalog;
using ActorPipeline.Pipeline;
using ActorPipeline.Scenarios;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;

namespace ActorPipeline.Hosting;

/// <summary>Parts that are made anew know what was settled before their time.</summary>
public sealed class ActorPipelineRootRecoverySpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Should_ask_for_what_was_learnt_when_a_models_actor_comes_back()
    {
        // Estimated larger than the room there is: cut to it at the start, and again when fixed cost is known.
        var guess = new Footprint(PoolVector.OfHost(Bytes.MiB(90)), PoolVector.OfHost(Bytes.MiB(90)), PoolVector.Zero, FootprintSource.Estimated);
        Runtime.Add(Declare(Cards.Detector) with { Footprint = guess });
        Declare(Cards.Classifier, 10);
        Gauge.Native = Bytes.MiB(10);
        var source = new NumberedFrameSource(20, 16, 16) { BlockAt = 3 };
        Add("street", source);
        // Libraries come with the first loads.
        Runtime.Add(new SyntheticModel(Cards.Classifier) { Footprint = Footprint.Declared(Bytes.MiB(10), Bytes.MiB(10), Bytes.Zero) });
        Action grow = () => Gauge.Native = Bytes.MiB(14);
        Sys.EventStream.Subscribe(Sys.ActorOf(Props.Create(() => new OnReady(grow))), typeof(ModelStateChanged));
        Start(budget: 60, models: [Cards.Detector, Cards.Classifier]);
        Eventually(() => Assert.True(source.IsBlocked));

        KillAndSee("models/detector");
        AdvanceUntil(() => Assert.NotNull(Find("models/detector")), Step);
        source.Release();

        var run = End(Step);
        Assert.Empty(run.Pipelines[0].Totals.Failed);
        Assert.Equal(20, run.Pipelines[0].Totals.Classified);
    }

    private sealed class OnReady : ReceiveActor
    {
        public OnReady(Action act) => Receive<ModelStateChanged>(changed => { if (changed.State == ModelState.Ready) act(); });
    }

    [Fact]
    public void Should_fail_the_work_of_a_model_that_stopped_too_often_when_a_new_board_follows()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        var source = new NumberedFrameSource(5, 16, 16) { BlockAt = 3 };
        Add("street", source);
        Start(budget: 200, new ServingSettings { MaxFailures = 2, BackoffMax = TimeSpan.FromHours(1) }, Cards.Detector, Cards.Classifier);
        Eventually(() => Assert.Equal((true, 3), (source.IsBlocked, Seen<FrameConcluded>().Count)));
        KillAndSee("models/detector");
        AdvanceUntil(() => Assert.NotNull(Find("models/detector")), Step);
        KillAndSee("models/detector");

        KillAndSee("work-board");
        AdvanceUntil(() => Assert.NotNull(Find("work-board")), Step);
        source.Release();

        var totals = End(Step).Pipelines[0].Totals;
        Assert.Equal((5, 3, 2), (totals.Captured, totals.Classified, totals.Failed["model-failed"]));
    }
}
