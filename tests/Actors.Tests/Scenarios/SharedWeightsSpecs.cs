using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;

namespace ActorPipeline.Scenarios;

/// <summary>Two classifiers that map 30 MiB of the same weights and 2 MiB of their own, and need 4 MiB of anonymous memory beside.</summary>
public sealed class SharedWeightsSpecs : ScenarioKit
{
    [Fact]
    public void Should_charge_the_weights_once_and_hold_both_when_they_share_them()
    {
        Declare(Cards.Detector, 10);
        Maps(Cards.Classifier, "own");
        Maps(Second, "other");
        Add("street", new NumberedFrameSource(20, 16, 16), [Cards.Classifier, Second]);

        // 10 + 30 + 2 x (2 + 4), and buffers; with the weights twice it would be 82.
        Start(budget: 60, models: [Cards.Detector, Cards.Classifier, Second]);

        AssertSound(End(TimeSpan.FromMilliseconds(100)));
        Assert.DoesNotContain(Seen<LeaseChanged>(), l => l.Change == LeaseChange.Yielded);
        var shared = Seen<LedgerChanged>().Where(l => l.Change.Kind == ChargeKind.Shared).Select(l => (l.Change.Account, l.Change.Bytes.Total)).ToArray();
        Assert.All(shared, s => Assert.StartsWith("weights ", s.Account));
        Assert.Equal([Bytes.Zero, Bytes.MiB(30)], shared.Select(s => s.Total).Distinct().Order());
        Assert.Contains(Seen<LedgerChanged>(), l => l.Change is { Account: "classifier", Kind: ChargeKind.Resident } && l.Change.Bytes.Total == Bytes.MiB(6));
        Assert.DoesNotContain(Charges(), c => c.Kind == ChargeKind.Shared);
    }

    private void Maps(ModelId id, string own) => Runtime.Add(new SyntheticModel(id)
    {
        Footprint = Footprint.Declared(Bytes.MiB(4), Bytes.MiB(4), Bytes.Zero) with { Source = FootprintSource.Measured },
        Weights = [new WeightPart("backbone", Bytes.MiB(30).Count), new WeightPart(own, Bytes.MiB(2).Count)],
    });
}
