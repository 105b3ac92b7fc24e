using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>The board copies what a model is done with for who asks.</summary>
public sealed class WorkBoardSamplingSpecs : WorkBoardKit
{
    private readonly PixelPool _copies = new(2, 24);

    [Fact]
    public void Should_copy_the_next_piece_that_went_well_and_none_after_it()
    {
        Start(1, new SyntheticModel(Cards.Detector) { Fails = call => call.Number < 2 });
        Ready();
        var (sampler, copy) = (CreateTestProbe(), _copies.TryRent()!);

        Board.Tell(new SampleWork(Cards.Detector, copy), sampler);
        // It fails, is tried again, and fails again.
        Submit(1);
        Assert.Equal("run-failed", Pipeline.ExpectMsg<WorkFailed>().Reason);
        Submit(2);
        Submit(3);
        Pipeline.ExpectMsg<Completed>();
        Pipeline.ExpectMsg<Completed>();

        var sampled = sampler.ExpectMsg<WorkSampled>();
        Assert.Equal((2, 2), (NumberedFrameSource.NumberIn(copy), copy.Holds));
        sampled.Sample.Work.Release();
        Silent(sampler);
    }

    [Fact]
    public void Should_let_the_room_go_when_another_asks_or_who_asked_stops_or_it_stops_itself()
    {
        Start(1);
        var (first, second, third) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var copy = _copies.TryRent()!;

        Board.Tell(new SampleWork(Cards.Detector, copy), first);
        Board.Tell(new SampleWork(Cards.Detector, copy), second);
        Eventually(() => Assert.Equal(2, copy.Holds));
        Sys.Stop(second);
        Eventually(() => Assert.Equal(1, copy.Holds));
        Board.Tell(new SampleWork(Cards.Detector, copy), third);
        Eventually(() => Assert.Equal(2, copy.Holds));
        Board.Tell(new ForgetSample(Cards.Detector), third);
        third.ExpectMsg<SampleForgotten>();
        Assert.Equal(1, copy.Holds);
        Board.Tell(new SampleWork(Cards.Detector, copy), third);
        Sys.Stop(Board);
        Eventually(() => Assert.Equal(1, copy.Holds));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _copies.Dispose();
    }
}
