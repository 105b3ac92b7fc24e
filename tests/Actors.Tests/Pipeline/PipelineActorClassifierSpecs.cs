using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A pipeline whose crops two classifiers look at, on crops of 4 x 4 and 6 x 6.</summary>
public sealed class PipelineActorClassifierSpecs : PipelineKit
{
    private static readonly ModelId Colour = new("colour"), Shape = new("shape");

    private static PipelineSettings Two(int window = 2) => Settings(window, Sink("out")) with { Classify = [Colour, Shape] };

    protected override IReadOnlyList<PipelineClassifier> Classifiers(PipelineSettings settings) => [new(Colour, 4, 4, [0]), new(Shape, 6, 6, [1])];

    [Fact]
    public void Should_be_done_and_name_who_said_what_when_all_have_answered()
    {
        Start(Two(), Numbers(1));
        Detected();
        var (colour, shape) = BothPosted();
        Say(shape, 9);
        Root.ExpectNoMsg(TimeSpan.Zero);

        Say(colour, 4);

        Assert.Equal(1, Ended().Totals.Classified);
        var labels = Assert.Single(Assert.Single(SinkAt("out").Reports).Objects).Labels;
        Assert.Equal([("4", "colour"), ("9", "shape")], labels.Select(l => (l.Name, l.By)));
    }

    [Fact]
    public void Should_post_numbers_that_never_meet_when_frames_follow_each_other()
    {
        var seen = new HashSet<WorkId>();
        Start(Two(window: 3), Numbers(3));
        for (var i = 0; i < 9; i++)
        {
            var (work, from) = Posted();
            Assert.True(seen.Add(work.Id), $"{work.Id} was there before");
            if (work.Work is DetectWork) Answer(work, from);
            else Say((work, from), 1);
        }

        Assert.Equal(3, Ended().Totals.Classified);
    }

    [Fact]
    public void Should_fail_only_when_the_other_is_done_with_the_crops()
    {
        Start(Two(), Numbers(1));
        Detected();
        var (colour, shape) = BothPosted();
        colour.Work.Work.Release();
        colour.From.Tell(new WorkFailed(colour.Work.Id, "run-failed", "cuda error"));
        Root.ExpectNoMsg(TimeSpan.Zero);

        Say(shape, 9);

        var ended = Ended();
        Assert.Equal((1, 0), (ended.Totals.Failed["run-failed"], ended.BuffersOutstanding));
        Assert.Empty(Assert.Single(SinkAt("out").Reports).Objects);
    }

    [Fact]
    public void Should_foresee_frames_for_each_when_they_are_on_their_way()
    {
        Start(Two(), Numbers(1));

        var foreseen = new[] { Board.FishForMessage<Foreseen>(f => f is { Count: 1, Via: not null }), Board.FishForMessage<Foreseen>(f => f is { Count: 1, Via: not null }) };

        Assert.Equal([(Colour, Cards.Detector), (Shape, Cards.Detector)], foreseen.Select(f => (f.Model, f.Via!.Value)));
    }

    [Fact]
    public void Should_cut_each_size_once_when_the_inputs_differ()
    {
        Start(Two(), Numbers(1));

        Detected();
        var (colour, shape) = BothPosted();
        var sizes = new[] { colour, shape }.Select(posted =>
        {
            var model = new CropRecorder();
            var run = new LaneRun();
            run.Add(new LanePart(posted.Work.Work, 0, 1));
            Assert.Null(run.Execute(model, 0));
            return model.Seen;
        }).ToArray();
        Say(colour, 1);
        Say(shape, 1);

        Assert.Equal([(4, 4), (6, 6)], sizes);
        Assert.Equal(0, Ended().BuffersOutstanding);
    }

    [Fact]
    public void Should_fail_what_one_stage_owed_when_that_stage_dies()
    {
        Start(Two(window: 1), Numbers(1));
        Detected();
        var (colour, shape) = BothPosted();
        Say(colour, 1);

        shape.Work.Work.Release();
        Sys.Stop(shape.From);

        Assert.Equal(1, Ended().Totals.Failed["stage-lost"]);
    }

    [Fact]
    public void Should_say_which_variant_answered_when_a_model_has_several()
    {
        Start(Two(), Numbers(1));
        Detected();
        var (colour, shape) = BothPosted();
        Say(colour, 1, "int8");
        Say(shape, 2);

        Ended();

        Assert.Equal(new Dictionary<string, string> { ["colour"] = "int8" }, Assert.Single(SinkAt("out").Reports).Variants);
    }

    private void Detected()
    {
        var (work, from) = Posted();
        Answer(work, from);
    }

    private ((Submit Work, IActorRef From) Colour, (Submit Work, IActorRef From) Shape) BothPosted()
    {
        var posted = new[] { Posted(), Posted() };
        return (posted.Single(p => p.Work.Model == Colour), posted.Single(p => p.Work.Model == Shape));
    }

    private static void Say((Submit Work, IActorRef From) posted, int label, string? variant = null)
    {
        ((ClassifyWork)posted.Work.Work).Answer(0, [new Classification(label, 0.5f)]);
        posted.Work.Work.Release();
        posted.From.Tell(new Completed(posted.Work.Id) { Variant = variant });
    }

    /// <summary>Remembers the size of the crops it was given.</summary>
    private sealed class CropRecorder : IClassifier
    {
        public (int Width, int Height) Seen { get; private set; }

        public ModelCard Card { get; } = Cards.Of(Cards.Classifier);

        public LoadReport Report => throw new NotSupportedException();

        public int ActiveRuns => 0;

        public int Classify(int lane, in ImageView crop, Span<Classification> top)
        {
            Seen = (crop.Width, crop.Height);
            return 0;
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
