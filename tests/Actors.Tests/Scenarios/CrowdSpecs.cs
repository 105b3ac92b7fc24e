using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;

namespace ActorPipeline.Scenarios;

/// <summary>More objects in a frame than anybody asked for.</summary>
public sealed class CrowdSpecs : ScenarioKit
{
    private const int There = 500;

    [Fact]
    public void Should_report_the_best_and_that_there_were_more_when_a_frame_has_hundreds_of_detections()
    {
        var crowd = Enumerable.Range(0, There).Select(i => new Detection(new BoundingBox(i % 16, 0, (i % 16) + 1, 1), 0, 1 - (i * 0.001f))).ToArray();
        Runtime.Add(Declare(Cards.Detector) with { Detects = call => call.Mark == 1 ? crowd : crowd[..1] });
        Declare(Cards.Classifier);
        var sink = Add("square", new NumberedFrameSource(3, 16, 16));

        Start(budget: 100, models: [Cards.Detector, Cards.Classifier]);
        var run = End();

        Assert.Equal(3, run.Pipelines[0].Totals.Classified);
        Assert.Equal([false, true, false], sink.Reports.Select(r => r.More));
        var most = Cards.Of(Cards.Detector).MaxDetections;
        Assert.Equal(crowd[..most].Select(d => d.Score), sink.Reports[1].Objects.Select(o => o.Score));
        // Of these the first max-crops are classified.
        Assert.Equal([1, 1, 0], sink.Reports[1].Objects.Take(3).Select(o => Math.Min(o.Labels.Count, 1)));
        AssertSound(run);
    }
}
