using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Actor;

namespace ActorPipeline.Scenarios;

/// <summary>Two classifiers of different input sizes on one pipeline.</summary>
public sealed class SeveralClassifiersSpecs : ScenarioKit
{
    private const int Frames = 40;

    [Theory]
    [InlineData(200)]
    [InlineData(60)]
    public void Should_classify_every_frame_with_both_when_they_fit_together_or_take_turns(double budget)
    {
        DeclareAll();
        var sink = Add("street", new NumberedFrameSource(Frames, 16, 16), [Cards.Classifier, Second]);

        Start(budget, models: [Cards.Detector, Cards.Classifier, Second]);

        var run = End(TimeSpan.FromMilliseconds(100));
        AssertSound(run);
        Assert.Equal(Frames, Of(run, "street").Totals.Classified);
        Assert.All(sink.Reports, r => Assert.Equal(["classifier", "second"], Assert.Single(r.Objects).Labels.Select(l => l.By!)));
        Assert.Equal((Frames, Frames), (Runtime["classifier"].Runs, Runtime["second"].Runs));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(60)]
    public void Should_run_each_on_its_class_alone_when_they_are_chosen_by_class(double budget)
    {
        DeclareAll();
        var sink = AddByClass("car");

        Start(budget, models: [Cards.Detector, Cards.Classifier, Second]);

        var run = End(TimeSpan.FromMilliseconds(100));
        AssertSound(run);
        Assert.Equal(Frames, Of(run, "street").Totals.Classified);
        Assert.Equal(Enumerable.Range(0, Frames).Select(n => n % 2 == 0 ? "classifier" : "second"), sink.Reports.Select(r => Assert.Single(Assert.Single(r.Objects).Labels).By));
        Assert.Equal((Frames / 2, Frames / 2), (Runtime["classifier"].Runs, Runtime["second"].Runs));
    }

    [Fact]
    public void Should_refuse_to_run_when_a_classifier_is_for_a_class_that_the_detector_does_not_know()
    {
        DeclareAll();
        AddByClass("cart");

        Start(200, models: [Cards.Detector, Cards.Classifier, Second]);

        AdvanceUntil(() => Assert.NotEmpty(Seen<Hosting.RunRefused>()), TimeSpan.FromMilliseconds(100));
        Assert.Contains("classify names the class 'cart', which is no class of 'detector'", Assert.Single(Seen<Hosting.RunRefused>().Single().Reasons));
    }

    private Support.RecordingSink AddByClass(string second)
    {
        var box = new BoundingBox(0, 0, 6, 6);
        Runtime.Add(Declare(Cards.Detector) with
        {
            Labels = new Catalog.LabelList(["person", "car"]), Classes = 2, Detects = call => [new Detection(box, (int)(call.Mark % 2), 0.9f)],
        });
        return Add("street", new NumberedFrameSource(Frames, 16, 16), [Cards.Classifier, Second], uses: new()
        {
            [Cards.Classifier] = new Pipeline.ClassifierUse { Classes = ["person"] }, [Second] = new Pipeline.ClassifierUse { Classes = [second] },
        });
    }

    [Fact]
    public void Should_fail_every_frame_with_its_reason_when_one_of_them_is_given_up()
    {
        DeclareAll();
        var second = Declare(Second);
        var source = new NumberedFrameSource(Frames, 16, 16)
        {
            // Its probe went well; every later load fails.
            OnRead = number => { if (number == 0) Runtime.Add(second with { FailLoads = int.MaxValue }); },
        };
        Add("street", source, [Cards.Classifier, Second]);

        Start(budget: 60, new ServingSettings { MaxFailures = 2 }, models: [Cards.Detector, Cards.Classifier, Second]);

        var run = End(TimeSpan.FromMilliseconds(100));
        AssertSound(run);
        Assert.Equal(Frames, Of(run, "street").Totals.Failed["model-failed"]);
    }

    [Fact]
    public void Should_lose_no_frame_and_no_buffer_when_it_drains_while_one_of_them_waits()
    {
        DeclareAll();
        Runtime.Add(Declare(Second) with { Hangs = static call => call.Number == 0 });
        Add("street", new NumberedFrameSource(Frames, 16, 16), [Cards.Classifier, Second]);
        Start(budget: 200, models: [Cards.Detector, Cards.Classifier, Second]);
        AdvanceUntil(() => Assert.Equal(1, Runtime["second"].Waiting), TimeSpan.FromMilliseconds(10));

        Root.Tell(new Hosting.HostingProtocol.ShutDown());

        var run = End(TimeSpan.FromMilliseconds(500));
        AssertFrames(run);
        AssertSessions();
    }

    private void DeclareAll()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        Runtime.Add(Declare(Second) with { InputWidth = 24, InputHeight = 16, Classifies = static _ => [new Classification(7, 1)] });
    }
}
