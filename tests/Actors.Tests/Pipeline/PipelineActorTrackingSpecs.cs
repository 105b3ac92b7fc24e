using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A pipeline that follows its objects: what it asks of models, in which order, and what it reports.</summary>
public sealed class PipelineActorTrackingSpecs : PipelineKit
{
    private static PipelineSettings Tracked(int window = 4, int detectEvery = 1) => Settings(window, Sink("out")) with
    {
        Tracking = new TrackingSettings { Enabled = true }, DetectEvery = detectEvery,
    };

    [Fact]
    public void Should_classify_an_object_once_and_report_its_labels_on_all_frames()
    {
        var classified = 0;
        Start(Tracked(window: 1), Numbers(5));
        for (var posts = 0; posts < 6; posts++)
        {
            var (work, from) = Posted();
            if (work.Work is ClassifyWork) classified++;
            Answer(work, from, At(2));
        }

        Assert.Equal(5, Ended().Totals.Classified);
        Assert.Equal(1, classified);
        var objects = SinkAt("out").Reports.Select(r => Assert.Single(r.Objects)).ToArray();
        Assert.All(objects, o => Assert.Equal((1L, "3"), (o.Track!.Value, Assert.Single(o.Labels).Name)));
        Assert.Equal([false, true, true, true, true], objects.Select(o => o.Reused));
    }

    [Fact]
    public void Should_give_later_frames_the_labels_that_came_while_they_waited()
    {
        Start(Tracked(window: 3), Numbers(3));
        for (var i = 0; i < 3; i++)
        {
            var (work, from) = Posted();
            Answer(work, from, At(2));
        }

        var (only, classifier) = Posted();
        // The frames behind are done with their models, and wait for the one before them.
        Answer(only, classifier);

        Assert.Equal(3, Ended().Totals.Classified);
        Assert.All(SinkAt("out").Reports, r => Assert.Equal("3", Assert.Single(Assert.Single(r.Objects).Labels).Name));
        Assert.Equal([0L, 1, 2], SinkAt("out").Numbers);
    }

    [Fact]
    public void Should_follow_in_capture_order_when_the_detector_answers_in_another()
    {
        Start(Tracked(window: 3), Numbers(3));
        var posted = Enumerable.Range(0, 3).Select(_ => Posted()).ToArray();

        // The object moves from frame to frame; in reverse order it could not be told from two.
        foreach (var (work, from) in posted.Reverse()) Answer(work, from, At(work.Id.Number / 2));
        BoardAnswers(At(2));
        var (classify, stage) = Posted();
        Answer(classify, stage);

        Assert.Equal(3, Ended().Totals.Classified);
        Assert.Equal([1L, 1, 1], SinkAt("out").Reports.Select(r => Assert.Single(r.Objects).Track!.Value));
        Assert.Equal([0f, 1, 2], SinkAt("out").Reports.Select(r => r.Objects[0].Box.Left));
    }

    [Fact]
    public void Should_go_on_without_a_frame_whose_detection_failed()
    {
        Start(Tracked(window: 2), Numbers(2));
        var (first, from) = Posted();
        var (second, _) = Posted();
        Answer(second, from, At(2));

        first.Work.Release();
        from.Tell(new WorkFailed(first.Id, "run-failed", "x"));
        var (classify, stage) = Posted();
        Answer(classify, stage);

        var ended = Ended();
        Assert.Equal((1, 1, 0), (ended.Totals.Classified, ended.Totals.Failed["run-failed"], ended.BuffersOutstanding));
    }

    [Fact]
    public void Should_give_no_stage_new_work_when_what_is_left_is_given_up()
    {
        Start(Tracked(window: 2), Numbers(2));
        var (first, from) = Posted();
        var (second, _) = Posted();
        Answer(second, from, At(2));

        Pipeline.Tell(new DrainPipeline(DrainTimeout), Root);
        var heard = new List<object>();
        AdvanceUntil(
            () =>
            {
                while (Board.HasMessages) heard.Add(Board.ReceiveOne(TimeSpan.Zero));
                Assert.Contains(heard, m => m is WithdrawWork);
            },
            TimeSpan.FromSeconds(1));

        // The second frame waited for the first to be followed; it must not be cropped now that both are over.
        Assert.DoesNotContain(heard, m => m is Submit);
        first.Work.Release();
        from.Tell(new WorkFailed(first.Id, "withdrawn", ""));
        var ended = Ended();
        Assert.Equal((2, 0), (ended.Totals.Failed["shutdown"], ended.BuffersOutstanding));
        while (Board.HasMessages) Assert.IsNotType<Submit>(Board.ReceiveOne(TimeSpan.Zero));
    }

    [Fact]
    public void Should_leave_frames_alone_that_were_not_there_when_the_crop_stage_dies()
    {
        Start(Tracked(window: 2), Numbers(2));
        var (first, from) = Posted();
        var (second, _) = Posted();
        Answer(second, from, At(2));

        Sys.ActorSelection(Pipeline.Path / "crop").Tell(PoisonPill.Instance);
        Root.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Answer(first, from, At(2));
        var (classify, stage) = Posted();
        Answer(classify, stage);

        Assert.Equal(2, Ended().Totals.Classified);
    }

    [Fact]
    public void Should_ask_again_when_the_classification_failed()
    {
        Start(Tracked(window: 1), Numbers(2));
        var (detect, from) = Posted();
        Answer(detect, from, At(2));
        var (classify, stage) = Posted();
        classify.Work.Release();
        stage.Tell(new WorkFailed(classify.Id, "run-failed", "x"));

        var (next, _) = Posted();
        Answer(next, from, At(2));
        var (again, _) = Posted();
        Answer(again, stage);

        Assert.Equal((1, 1), Ended().Totals is var totals ? (totals.Classified, totals.Failed["run-failed"]) : default);
    }

    [Fact]
    public void Should_predict_the_frames_that_the_detector_does_not_see()
    {
        var detected = new List<long>();
        Start(Tracked(window: 1, detectEvery: 3), Numbers(7));
        for (var posts = 0; posts < 4; posts++)
        {
            var (work, from) = Posted();
            if (work.Work is DetectWork) detected.Add(work.Id.Number / 2);
            Answer(work, from, At(2));
        }

        var ended = Ended();
        Assert.Equal((7, 0), (ended.Totals.Classified, ended.BuffersOutstanding));
        Assert.Equal([0L, 3, 6], detected);
        var objects = SinkAt("out").Reports.Select(r => Assert.Single(r.Objects)).ToArray();
        Assert.Equal([false, true, true, false, true, true, false], objects.Select(o => o.Predicted));
        Assert.All(objects, o => Assert.Equal((1L, "3"), (o.Track!.Value, Assert.Single(o.Labels).Name)));
    }

    [Fact]
    public void Should_have_the_detector_see_the_region_and_report_in_pixels_of_the_frame()
    {
        Start(Settings(1, Sink("out")) with { Region = new FrameRegion(0.5f, 0.25f, 1, 1) }, Numbers(1), classifies: false);
        var (work, from) = Posted();
        var detector = new RegionRecorder();
        var run = new LaneRun();
        run.Add(new LanePart(work.Work, 0, 1));

        Assert.Null(run.Execute(detector, 0));
        work.Work.Release();
        from.Tell(new Completed(work.Id));

        Ended();
        Assert.Equal((4, 6), detector.Seen);
        Assert.Equal(new BoundingBox(5, 3, 7, 5), Assert.Single(Assert.Single(SinkAt("out").Reports).Objects).Box);
    }

    private static Func<Submit, Detection[]?> At(float left) => _ => [new Detection(new BoundingBox(left, 0, left + 4, 4), 1, 0.9f)];

    private static Func<Submit, Detection[]?> At(long left) => At((float)left);

    /// <summary>Remembers the size of what it was shown, and finds one object in it.</summary>
    private sealed class RegionRecorder : IDetector
    {
        public (int Width, int Height) Seen { get; private set; }

        public Catalog.ModelCard Card { get; } = Cards.Of(Cards.Detector);

        public LoadReport Report => throw new NotSupportedException();

        public int ActiveRuns => 0;

        public int Detect(int lane, in ImageView picture, Span<Detection> into)
        {
            Seen = (picture.Width, picture.Height);
            into[0] = new Detection(new BoundingBox(1, 1, 3, 3), 0, 0.9f);
            return 1;
        }

        public void Terminate(int lane)
        {
        }

        public void CloseLane(int lane)
        {
        }

        public void Dispose()
        {
        }
    }
}
