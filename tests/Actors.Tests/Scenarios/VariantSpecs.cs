using ActorPipeline.Catalog;
using ActorPipeline.Hosting;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;

namespace ActorPipeline.Scenarios;

/// <summary>A detector in two forms, of which the smaller fits beside the classifier.</summary>
public sealed class VariantSpecs : ScenarioKit
{
    private static readonly ModelVariant Int8 = new() { Name = "int8", Path = "" };

    protected override ModelCard CardOf(ModelId id) => id == Cards.Detector ? base.CardOf(id) with { Variants = [Int8] } : base.CardOf(id);

    [Fact]
    public void Should_run_the_smaller_one_beside_the_other_model_when_both_do_not_fit_otherwise()
    {
        DeclareDetector(40, 15);
        Declare(Cards.Classifier, 40);
        var sink = Add("street", new NumberedFrameSource(30, 16, 16));

        Start(budget: 60, models: [Cards.Detector, Cards.Classifier]);

        var run = End(TimeSpan.FromMilliseconds(100));
        AssertSound(run);
        Assert.Equal(30, Of(run, "street").Totals.Classified);
        Assert.Equal(3, Seen<RunStarted>().Single().Loads);
        Assert.Contains(Seen<ModelStateChanged>(), s => s is { State: ModelState.Ready, Probe: false, Load.Variant: "int8" });
        Assert.All(sink.Reports, r => Assert.Contains(r.Variants["detector"], new[] { "fp32", "int8" }));
        Assert.All(sink.Reports, r => Assert.False(r.Variants.ContainsKey("classifier")));
    }

    [Fact]
    public void Should_start_when_only_the_smaller_one_ever_fits()
    {
        DeclareDetector(90, 15);
        Declare(Cards.Classifier, 20);
        Add("street", new NumberedFrameSource(3, 16, 16));

        Start(budget: 60, models: [Cards.Detector, Cards.Classifier]);

        // The larger one cannot be probed either: what never fits is not asked for.
        AssertSound(End(TimeSpan.FromMilliseconds(100)));
        Assert.All(Seen<ModelStateChanged>().Where(s => s.Model == Cards.Detector && s.Load is not null), s => Assert.Equal("int8", s.Load!.Variant));
    }

    [Theory]
    [InlineData(10, 64, "its variant 'int8' takes pictures of 64 x 32, but 'fp32' takes 32 x 32")]
    [InlineData(11, 32, "its variant 'int8' knows 11 classes, but 'fp32' knows 10")]
    public void Should_refuse_when_variants_are_not_one_model(int classes, int width, string reason)
    {
        var full = DeclareDetector(10, 5);
        Runtime.Add(full with { Variant = "int8", Classes = classes, InputWidth = width });
        Declare(Cards.Classifier, 10);
        Add("street", new NumberedFrameSource(3, 16, 16));

        Start(budget: 60, models: [Cards.Detector, Cards.Classifier]);

        AdvanceUntil(() => Assert.NotEmpty(Seen<RunRefused>()), TimeSpan.FromMilliseconds(100));
        Assert.Contains(reason, Assert.Single(Seen<RunRefused>().Single().Reasons));
    }

    private SyntheticModel DeclareDetector(double full, double small)
    {
        var model = Declare(Cards.Detector, small) with { Variant = "int8" };
        Runtime.Add(model);
        return Declare(Cards.Detector, full);
    }
}
