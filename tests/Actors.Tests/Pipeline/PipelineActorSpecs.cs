using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>The way of frames; what breaks on it is in <see cref="PipelineActorFailureSpecs"/>, sinks in <see cref="PipelineActorSinkSpecs"/>.</summary>
public sealed class PipelineActorSpecs : PipelineKit
{
    [Fact]
    public void Should_give_every_frame_one_outcome_in_order_when_the_source_ends()
    {
        BoardAnswers(work => work.Id.Number % 4 == 0 ? One : Nothing);
        Start(Settings(4, Sink("out")), Numbers(30));

        var ended = Ended();

        Assert.Equal((30, 30), (ended.Totals.Captured, ended.Totals.Concluded));
        Assert.Equal((15, 15), (ended.Totals.Classified, ended.Totals.Empty));
        Assert.Null(ended.Failure);
        Assert.Equal(0, ended.BuffersOutstanding);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => (long)i), SinkAt("out").Numbers);
        Assert.True(SinkAt("out").IsCompleted);
        Eventually(() => Assert.True(SinkAt("out").IsDisposed));
    }

    [Fact]
    public void Should_hand_on_in_capture_order_when_answers_come_in_another()
    {
        Start(Settings(4, Sink("out")), Numbers(4), classifies: false);
        var posted = Enumerable.Range(0, 4).Select(_ => Posted()).ToArray();

        foreach (var (work, from) in posted.Reverse()) Answer(work, from);

        Assert.Equal(4, Ended().Totals.Classified);
        Assert.Equal([0, 1, 2, 3], SinkAt("out").Numbers);
    }

    [Fact]
    public void Should_capture_no_more_than_the_window_when_nothing_is_answered()
    {
        var source = Numbers(100);
        Start(Settings(window: 3), source, lanes: 4);

        for (var i = 0; i < 3; i++) Posted();

        NoMorePosted();
        Assert.Equal(3, source.Reads);
    }

    [Fact]
    public void Should_let_pixels_go_before_classification_when_frames_wait_there()
    {
        // Three pixel buffers (lanes + 2), but eight frames come as far as the classifier.
        Start(Settings(window: 8), Numbers(100), lanes: 1);

        var crops = 0;
        while (crops < 8)
        {
            var (work, from) = Posted();
            if (work.Work is ClassifyWork) crops++;
            else Answer(work, from);
        }

        NoMorePosted();
    }

    [Fact]
    public void Should_classify_the_best_and_report_the_rest_when_there_are_more_than_max_crops()
    {
        Start(Settings(2, Sink("out")), Numbers(1));
        var (detect, stage) = Posted();
        Answer(detect, stage, _ => [.. Enumerable.Range(0, 5).Select(i => new Detection(new BoundingBox(i, 0, i + 2, 2), i, 0.9f))]);
        var (classify, classifier) = Posted();
        ((ClassifyWork)classify.Work).Answer(0, [new Classification(7, 1)]);
        ((ClassifyWork)classify.Work).Answer(1, [new Classification(8, 1)]);
        classify.Work.Release();
        classifier.Tell(new Completed(classify.Id));

        Ended();

        var objects = Assert.Single(SinkAt("out").Reports).Objects;
        Assert.Equal(["0", "1", "2", "3", "4"], objects.Select(o => o.Class));
        Assert.Equal(["7", "8"], objects.SelectMany(o => o.Labels).Select(l => l.Name));
        Assert.Equal([1, 1, 0, 0, 0], objects.Select(o => o.Labels.Count));
    }

    [Fact]
    public void Should_leave_out_other_classes_when_only_some_are_asked_for()
    {
        BoardAnswers();
        Create(Settings(2, Sink("out")) with { Only = ["car"] }, Numbers(3));
        Root.ExpectMsg<PipelinePrepared>();
        // The board finds class 1, which is a person.
        Pipeline.Tell(new StartPipeline(new Catalog.LabelList(["car", "person"]), [Catalog.LabelList.None]), Root);

        Assert.Equal(3, Ended().Totals.Empty);
    }

    [Fact]
    public void Should_foresee_what_can_still_come_when_a_file_is_read_and_nothing_when_it_ended()
    {
        Start(Settings(window: 4), Numbers(2), lanes: 4);

        Assert.Equal(4, Board.FishForMessage<Foreseen>(f => f.Model == Cards.Detector).Count);
        var (first, from) = Posted();
        var (second, _) = Posted();
        Assert.Equal(0, Board.FishForMessage<Foreseen>(f => f.Model == Cards.Detector && f.Count == 0).Count);
        Answer(first, from, _ => Nothing);
        Answer(second, from, _ => Nothing);

        Assert.Equal(Cards.Detector, Board.FishForMessage<Foreseen>(f => f.Model == Cards.Classifier && f.Count == 0).Via);
        Ended();
    }

    [Fact]
    public void Should_say_how_much_it_will_take_before_it_takes_any_when_it_is_prepared()
    {
        Create(Settings(window: 4), Numbers(2), lanes: 1);

        var prepared = Root.ExpectMsg<PipelinePrepared>();

        // lanes + 2 frames of 8 x 8 pixels, and for each of the window two crops of 4 x 4.
        Assert.Equal(PoolVector.OfHost(new Bytes((3 * 8 * 8 * 3) + (4 * 2 * 4 * 4 * 3))), prepared.Pools);
    }

    [Fact]
    public void Should_end_without_a_frame_when_it_is_drained_before_it_starts()
    {
        Create(Settings(4, Sink("out")), Numbers(2));
        Root.ExpectMsg<PipelinePrepared>();

        Pipeline.Tell(new DrainPipeline(TimeSpan.Zero), Root);

        Assert.Equal(0, Ended().Totals.Captured);
        Assert.True(SinkAt("out").IsCompleted);
    }

    [Fact]
    public void Should_finish_what_is_in_flight_when_it_is_drained()
    {
        Start(Settings(window: 2, Sink("out")), Numbers(100), classifies: false);
        var (first, from) = Posted();
        var (second, _) = Posted();

        Pipeline.Tell(new DrainPipeline(DrainTimeout), Root);
        Answer(first, from);
        Answer(second, from);

        var ended = Ended();
        Assert.Equal((2, 2, 0), (ended.Totals.Captured, ended.Totals.Classified, ended.BuffersOutstanding));
        Assert.Null(ended.Failure);
    }

    private void NoMorePosted()
    {
        // Counts of frames may still be reported; work may not.
        while (Board.HasMessages) Assert.IsNotType<Submit>(Board.ReceiveOne(TimeSpan.Zero));
        Silent(Board);
    }
}
