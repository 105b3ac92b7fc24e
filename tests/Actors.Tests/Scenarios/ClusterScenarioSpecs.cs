using ActorPipeline.Cluster;
using ActorPipeline.Hosting;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;

namespace ActorPipeline.Scenarios;

/// <summary>A node that cannot hold its models at once, beside one that holds the classifier.</summary>
public sealed class ClusterScenarioSpecs : ClusterScenarioKit
{
    private const int Frames = 60;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void Should_classify_every_frame_and_have_a_neighbour_do_some_when_both_models_do_not_fit()
    {
        var (small, large) = Both(new NumberedFrameSource(Frames, 16, 16));

        var run = End(small, Step);

        AssertAll(run, small);
        Assert.Contains(small.Sink.Reports, r => r.Nodes.GetValueOrDefault("classifier") == "large");
        // Class 3 is the neighbour's, and class 0 this node's.
        Assert.All(small.Sink.Reports, r => Assert.Equal(r.Nodes.Count > 0 ? "3" : "0", Assert.Single(Assert.Single(r.Objects).Labels).Name));
        Assert.Contains(small.Seen<CropsHandedOff>(), h => h.Outcome == "answered");
        Assert.Contains(large.Seen<CropsServed>(), s => (s.Node, s.Outcome) == ("small", "answered"));
        Assert.Empty(large.Seen<RunEnded>());
        large.Root.Tell(new HostingProtocol.ShutDown(), Akka.Actor.ActorRefs.NoSender);
        Assert.Empty(End(large, Step).Failures);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_lose_no_frame_when_the_neighbour_dies_in_the_middle(bool isTold)
    {
        var source = new NumberedFrameSource(Frames, 16, 16);
        var (small, large) = Both(source);
        AdvanceUntil(() => Assert.Contains(small.Seen<CropsHandedOff>(), h => h.Outcome == "answered"), Step);

        Kill(large);
        if (isTold) SayGone(large);

        AssertAll(End(small, Step), small);
    }

    [Fact]
    public void Should_lose_no_frame_when_the_neighbour_dies_with_crops_in_hand()
    {
        var (small, large) = Both(new NumberedFrameSource(Frames, 16, 16), hangs: true);
        AdvanceUntil(() => Assert.True(large.Runtime["classifier"].Waiting > 0), Step);

        Kill(large);
        SayGone(large);

        AssertAll(End(small, Step), small);
        Assert.Contains(small.Seen<CropsHandedOff>(), h => h.Outcome != "answered");
    }

    /// <summary>The large node has run its own frames, and holds both models; the small one begins.</summary>
    private (Place Small, Place Large) Both(NumberedFrameSource source, bool hangs = false)
    {
        var (small, large) = (Make("small"), Make("large"));
        Declare(large, Cards.Detector);
        var classifier = Declare(large, Cards.Classifier);
        large.Runtime.Add(classifier with
        {
            Classifies = static _ => [new Classification(3, 1)],
            HangsForEver = hangs ? static call => call.Number >= 3 : static _ => false,
        });
        Start(large, NodeRoles.Capture | NodeRoles.Inference, budget: 200, new NumberedFrameSource(3, 16, 16));
        AdvanceUntil(() => Assert.Equal(3, large.Seen<FrameConcluded>().Count), Step);
        Declare(small, Cards.Detector, TimeSpan.FromMilliseconds(200));
        Declare(small, Cards.Classifier, TimeSpan.FromMilliseconds(200));
        Start(small, NodeRoles.Capture, budget: 60, source);
        return (small, large);
    }

    private static void AssertAll(RunEnded run, Place small)
    {
        Assert.Empty(run.Failures);
        var street = Assert.Single(run.Pipelines);
        Assert.Equal((Frames, Frames), (street.Totals.Captured, street.Totals.Classified));
        Assert.Equal(0, street.BuffersOutstanding);
        Assert.Equal(Enumerable.Range(0, Frames).Select(i => (long)i), small.Sink.Numbers);
        Assert.Equal((0, 0), (small.Runtime["classifier"].RunsAfterDispose, small.Runtime["classifier"].DisposedWhileRunning));
    }
}
