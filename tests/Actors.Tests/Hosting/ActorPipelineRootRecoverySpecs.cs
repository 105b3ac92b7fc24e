using ActorPipeline.Pipeline;
using ActorPipeline.Scenarios;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;

namespace ActorPipeline.Hosting;

/// <summary>Parts that are made anew know what was settled before their time.</summary>
public sealed class ActorPipelineRootRecoverySpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

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
