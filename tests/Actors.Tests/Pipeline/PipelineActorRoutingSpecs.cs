using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>A pipeline whose classifiers look at some classes each: faces at people, plates at cars, colour at both.</summary>
public sealed class PipelineActorRoutingSpecs : PipelineKit
{
    private const int Person = 0, Car = 1, Dog = 2;
    private static readonly ModelId Faces = new("faces"), Plates = new("plates"), Colour = new("colour");

    private readonly Dictionary<ModelId, int> _asked = [];

    protected override LabelList Classes => new(["person", "car", "dog"]);

    protected override IReadOnlyList<PipelineClassifier> Classifiers(PipelineSettings settings) =>
    [
        new(Faces, 4, 4, [0]) { Use = new ClassifierUse { Classes = ["person"] } },
        new(Plates, 4, 4, [1]) { Use = new ClassifierUse { Classes = ["car"] } },
        new(Colour, 4, 4, [2]) { Use = new ClassifierUse { Classes = ["car", "person"] } },
    ];

    [Theory]
    [InlineData(new[] { Person }, 1, 0, 1)]
    [InlineData(new[] { Car }, 0, 1, 1)]
    [InlineData(new[] { Car, Person, Car }, 1, 2, 3)]
    [InlineData(new[] { Dog, Person, Dog }, 1, 0, 1)]
    [InlineData(new[] { Dog }, 0, 0, 0)]
    public void Should_show_each_classifier_the_crops_of_its_classes_when_it_has_some(int[] classes, int faces, int plates, int colour)
    {
        Start(Three(), Numbers(1));
        Run(1, _ => Of(classes));

        Assert.Equal((faces, plates, colour), (_asked.GetValueOrDefault(Faces), _asked.GetValueOrDefault(Plates), _asked.GetValueOrDefault(Colour)));
        var ended = Ended();
        Assert.Equal((1, 0), (ended.Totals.Classified, ended.BuffersOutstanding));
        // Each answers with the place of the crop among its own, so that labels that went to another object would be seen.
        int person = 0, car = 0, any = 0;
        Assert.All(Assert.Single(SinkAt("out").Reports).Objects.Zip(classes), pair => Assert.Equal(
            pair.Second switch
            {
                Person => [("faces", $"{person++}"), ("colour", $"{any++}")],
                Car => [("plates", $"{car++}"), ("colour", $"{any++}")],
                _ => [],
            },
            pair.First.Labels.Select(l => (l.By!, l.Name))));
    }

    [Fact]
    public void Should_wait_for_all_that_are_asked_when_one_of_them_answers()
    {
        Start(Three(), Numbers(1));
        Run(1, _ => Of(Person, Car), but: Plates);
        Assert.Equal(2, _asked.Count);
        Root.ExpectNoMsg(TimeSpan.Zero);

        Say(_held!.Value);
        Assert.Equal(1, Ended().Totals.Classified);
    }

    [Fact]
    public void Should_not_count_what_nobody_looks_at_when_it_chooses_the_best()
    {
        Start(Three() with { MaxCrops = 1 }, Numbers(1));
        Run(1, _ => Of(Dog, Dog, Car));

        Ended();
        Assert.Equal([0, 0, 2], Assert.Single(SinkAt("out").Reports).Objects.Select(o => o.Labels.Count));
    }

    [Fact]
    public void Should_hand_frames_on_in_order_and_account_for_all_when_their_classes_are_random()
    {
        const int frames = 60;
        var random = new Random(7);
        Start(Three(window: 4), Numbers(frames));
        Run(frames, _ => Of([.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(3))]));

        var ended = Ended();
        Assert.Equal((frames, frames, 0), (ended.Totals.Captured, ended.Totals.Classified + ended.Totals.Empty, ended.BuffersOutstanding));
        Assert.Equal(Enumerable.Range(0, frames).Select(n => (long)n), SinkAt("out").Numbers);
    }

    [Fact]
    public void Should_ask_once_for_an_object_and_never_for_one_that_nobody_looks_at_when_they_are_followed()
    {
        Start(Three(window: 1) with { Tracking = new TrackingSettings { Enabled = true } }, Numbers(6));
        Run(6, _ => [new(new BoundingBox(0, 0, 3, 3), Person, 0.9f), new(new BoundingBox(4, 4, 7, 7), Dog, 0.9f)], followed: true);

        Ended();
        Assert.Equal((1, 1), (_asked[Faces], _asked[Colour]));
        Assert.All(SinkAt("out").Reports, r => Assert.Equal([2, 0], r.Objects.Select(o => o.Labels.Count)));
    }

    private (Submit Work, IActorRef From)? _held;

    private static PipelineSettings Three(int window = 2) => Settings(window, Sink("out")) with { Classify = [Faces, Plates, Colour], MaxCrops = 4 };

    private static Detection[] Of(params int[] classes) => [.. classes.Select((c, i) => new Detection(new BoundingBox(i, 0, i + 3, 4), c, 0.9f - (i * 0.1f)))];

    /// <summary>Answers all that is posted until so many frames are through the detector and nothing is outstanding.</summary>
    private void Run(int frames, Func<long, Detection[]> detects, ModelId? but = null, bool followed = false)
    {
        for (int detected = 0, left = 0; detected < frames || left > 0;)
        {
            var posted = Posted();
            if (posted.Work.Work is DetectWork)
            {
                var found = detects(detected++);
                // What is followed was labelled on the first frame.
                if (detected == 1 || !followed) left += new[] { Person, Car }.Count(c => found.Any(d => d.ClassIndex == c)) + (found.Any(d => d.ClassIndex != Dog) ? 1 : 0);
                Answer(posted.Work, posted.From, _ => found);
                continue;
            }
            left--;
            if (posted.Work.Model == but) _held = posted;
            else Say(posted);
        }
    }

    private void Say((Submit Work, IActorRef From) posted)
    {
        var work = (ClassifyWork)posted.Work.Work;
        for (var crop = 0; crop < work.Parts; crop++) work.Answer(crop, [new Classification(crop, 0.8f)]);
        _asked[posted.Work.Model] = _asked.GetValueOrDefault(posted.Work.Model) + work.Parts;
        work.Release();
        posted.From.Tell(new Completed(posted.Work.Id));
    }
}
