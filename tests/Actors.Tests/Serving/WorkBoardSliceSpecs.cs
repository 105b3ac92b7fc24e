using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Serving;

/// <summary>Pieces of which several lanes have a part: they are answered once, when the last lane is through.</summary>
public sealed class WorkBoardSliceSpecs : WorkBoardKit
{
    private const int Crops = 4, CropBytes = 4 * 4 * 3;
    private readonly PixelPool _crops = new(20, Crops * CropBytes);

    [Fact]
    public void Should_answer_once_with_all_labels_when_two_lanes_share_the_crops()
    {
        Begin(lanes: 2, new SyntheticModel(Cards.Classifier) { RunTime = TimeSpan.FromMilliseconds(100), Classifies = call => [new Classification((int)call.Mark, 1)] });
        Warm();
        var (work, buffer) = Post(1);

        Eventually(() => Assert.Equal(2, Runtime[Cards.Classifier].Waiting));
        AdvanceUntil(() => Assert.True(Pipeline.HasMessages), TimeSpan.FromMilliseconds(100));

        Assert.Equal(1, Pipeline.ExpectMsg<Completed>().Id.Number);
        Assert.Equal([10, 11, 12, 13], Enumerable.Range(0, Crops).Select(i => work.LabelsOf(i)[0].ClassIndex));
        Assert.Equal(0, buffer.Holds);
        Silent(Pipeline);
    }

    [Fact]
    public void Should_try_all_of_it_again_when_one_slice_failed_and_fail_it_once_when_it_fails_again()
    {
        Begin(lanes: 2, new SyntheticModel(Cards.Classifier) { Fails = call => call.Mark == 13 });
        var (_, buffer) = Post(1);

        Assert.Equal((1L, "run-failed"), Pipeline.ExpectMsg<WorkFailed>() is var failed ? (failed.Id.Number, failed.Reason) : default);

        Assert.Equal(0, buffer.Holds);
        Silent(Pipeline);
        var (again, _) = Post(2);
        Assert.Equal(2, Pipeline.ExpectMsg<Completed>().Id.Number);
        Assert.Equal(0, again.LabelsOf(3)[0].ClassIndex);
    }

    [Fact]
    public void Should_answer_at_once_and_keep_the_hold_when_one_of_two_lanes_is_lost()
    {
        Begin(lanes: 2, new SyntheticModel(Cards.Classifier) { HangsForEver = call => call.Mark == 12 });
        var (_, buffer) = Post(1);
        Eventually(() => Assert.Equal(1, Runtime[Cards.Classifier].Waiting));

        object? answer = null;
        AdvanceUntil(() => Assert.NotNull(answer ??= Pipeline.HasMessages ? Pipeline.ReceiveOne(TimeSpan.Zero) : null), TimeSpan.FromMilliseconds(100));

        Assert.Equal("run-timeout", Assert.IsType<WorkFailed>(answer).Reason);
        Assert.Equal(1, buffer.Holds);
        Runtime.ReleaseHung();
        Eventually(() => Assert.Equal(0, buffer.Holds));
        Silent(Pipeline);
    }

    [Fact]
    public void Should_drain_only_when_both_lanes_are_through()
    {
        Begin(lanes: 2, new SyntheticModel(Cards.Classifier) { RunTime = TimeSpan.FromMilliseconds(100) });
        Warm();
        Post(1);
        Eventually(() => Assert.Equal(2, Runtime[Cards.Classifier].Waiting));

        Board.Tell(new DrainModel(Cards.Classifier), Model);
        Silent(Model);
        AdvanceUntil(() => Assert.True(Model.HasMessages), TimeSpan.FromMilliseconds(100));

        // Those of the warm-up, and two slices.
        Assert.InRange(Model.ExpectMsg<ModelDrained>().CompletedRuns, 4, 6);
        Pipeline.ExpectMsg<Completed>();
    }

    [Fact]
    public void Should_answer_withdrawn_work_when_the_lane_that_has_a_part_is_through()
    {
        Begin(lanes: 1, new SyntheticModel(Cards.Classifier) { RunTime = TimeSpan.FromMilliseconds(100) });
        var (_, first) = Post(1);
        Eventually(() => Assert.Equal(1, Runtime[Cards.Classifier].Waiting));
        var (_, second) = Post(2);

        Board.Tell(new WithdrawWork(), Pipeline);

        Assert.Equal((2L, "withdrawn"), Pipeline.ExpectMsg<WorkFailed>() is var failed ? (failed.Id.Number, failed.Reason) : default);
        Assert.Equal((1, 0), (first.Holds, second.Holds));
        AdvanceUntil(() => Assert.True(Pipeline.HasMessages), TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, Pipeline.ExpectMsg<Completed>().Id.Number);
        Assert.Equal(0, first.Holds);
    }

    private void Begin(int lanes, SyntheticModel model)
    {
        Start(lanes, announced: false);
        Runtime.Add(model);
        Board.Tell(new RegisterModel(Cards.Classifier, Model), Model);
        Board.Tell(new ModelReady(Cards.Classifier, Runtime.Load(Cards.Of(Cards.Classifier), CancellationToken.None)), Model);
    }

    /// <summary>Both lanes have run something, so that the board knows both to be idle.</summary>
    private void Warm()
    {
        Post(101);
        Post(102);
        Eventually(() => Assert.Equal(2, Runtime[Cards.Classifier].Waiting));
        var answered = 0;
        AdvanceUntil(
            () =>
            {
                for (; Pipeline.HasMessages; answered++) Assert.IsType<Completed>(Pipeline.ReceiveOne(TimeSpan.Zero));
                Assert.Equal(2, answered);
            },
            TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Posts four crops that are marked with ten times the piece's number, and their own counted from 0.</summary>
    private (ClassifyWork Work, PixelBuffer Buffer) Post(long number)
    {
        var buffer = _crops.TryRent()!;
        for (var i = 0; i < Crops; i++) BitConverter.TryWriteBytes(buffer.Span[(i * CropBytes)..], (number * 10) + i);
        var work = new ClassifyWork(buffer, Crops, 4, 4);
        buffer.Release();
        Board.Tell(new Submit(new WorkId(new PipelineId("street"), number), Cards.Classifier, work, TimeSpan.FromSeconds(number)), Pipeline);
        return (work, buffer);
    }
}
