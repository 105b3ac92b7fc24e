using ActorPipeline.Catalog;
using ActorPipeline.Hosting;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;

namespace ActorPipeline.Scenarios;

/// <summary>Three classifiers, of which those with one backbone run as one model.</summary>
public sealed class MergedClassifiersSpecs : ScenarioKit
{
    private const int Frames = 20;
    private static readonly ModelId Third = new("third");
    private static readonly ModelId[] All = [Cards.Detector, Cards.Classifier, Second, Third];

    protected override ModelCard CardOf(ModelId id) => base.CardOf(id) with { Merge = id != Cards.Detector, Top = id == Second ? 2 : 1 };

    [Fact]
    public void Should_run_the_backbone_once_a_crop_and_give_each_its_own_labels_when_they_are_merged()
    {
        DeclareAll("backbone", "backbone", "backbone");
        var sink = Add("street", new NumberedFrameSource(Frames, 16, 16), [Cards.Classifier, Second, Third]);

        Start(budget: 200, models: All);

        var run = End(TimeSpan.FromMilliseconds(100));
        AssertSound(run);
        Assert.Equal(Frames, Of(run, "street").Totals.Classified);
        Assert.Equal(Frames, Runtime["classifier+second+third"].Runs);
        Assert.All(All[1..], id => Assert.Equal(0, Runtime[id].LoadAttempts));
        Assert.All(sink.Reports, r => Assert.Equal(
            [("one", "classifier"), ("two", "second"), ("0", "second"), ("7", "third")], Assert.Single(r.Objects).Labels.Select(l => (l.Name, l.By!))));
        Assert.Equal(2, Seen<RunStarted>().Single().Loads);
    }

    [Fact]
    public void Should_hold_one_lease_when_they_are_merged()
    {
        DeclareAll("backbone", "backbone", "backbone");
        Add("street", new NumberedFrameSource(Frames, 16, 16), [Cards.Classifier, Second, Third]);

        // Each needs 40 MiB and there is room for two: merged they share the budget with the detector, and nobody has to take turns.
        Start(budget: 85, models: All);

        AssertSound(End(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(
            ["classifier+second+third", "detector"],
            Seen<LedgerChanged>().Where(l => l.Change.Lease is not null).Select(l => l.Change.Account).Distinct().Order());
        Assert.DoesNotContain(Seen<LeaseChanged>(), l => l.Change == LeaseChange.Yielded);
    }

    [Fact]
    public void Should_keep_them_apart_and_go_on_when_the_runtime_cannot_merge_them()
    {
        DeclareAll("backbone", "other", "backbone");
        var sink = Add("street", new NumberedFrameSource(Frames, 16, 16), [Cards.Classifier, Second, Third]);

        Start(budget: 400, models: All);

        var run = End(TimeSpan.FromMilliseconds(100));
        AssertSound(run);
        Assert.Equal((Frames, Frames, Frames), (Runtime["classifier"].Runs, Runtime["second"].Runs, Runtime["third"].Runs));
        Assert.All(sink.Reports, r => Assert.Equal(["classifier", "second", "second", "third"], Assert.Single(r.Objects).Labels.Select(l => l.By!)));
    }

    [Fact]
    public void Should_serve_one_alone_as_well_when_another_pipeline_has_it_alone()
    {
        DeclareAll("backbone", "backbone", "backbone");
        Add("first", new NumberedFrameSource(Frames, 16, 16), [Cards.Classifier, Second]);
        Add("second", new NumberedFrameSource(Frames, 16, 16), [Second]);

        Start(budget: 400, models: All);

        AssertSound(End(TimeSpan.FromMilliseconds(100)));
        Assert.Equal((Frames, Frames, 0), (Runtime["classifier+second"].Runs, Runtime["second"].Runs, Runtime["classifier"].Runs));
    }

    private void DeclareAll(params string[] backbones)
    {
        Declare(Cards.Detector);
        Runtime.Add(Declare(Cards.Classifier) with { Backbone = backbones[0], Classifies = static _ => [new(0, 1)], Labels = new LabelList(["one"]), Classes = 1 });
        Runtime.Add(Declare(Second) with { Backbone = backbones[1], Classifies = static _ => [new(1, 0.8f), new(0, 0.2f)], Labels = new LabelList(["0", "two"]), Classes = 2 });
        Runtime.Add(Declare(Third) with { Backbone = backbones[2], Classifies = static _ => [new(7, 1)] });
    }
}
