namespace ActorPipeline.Quantization;

/// <summary>What is chosen, where sets can be timed and where not.</summary>
public class TrialChoiceSpecs
{
    [Fact]
    public void Should_take_most_layers_inside_the_bound_and_of_these_the_least_loss() =>
        Assert.Equal("c", Chosen(("a", 12, 1.4), ("b", 10, 0.9), ("c", 10, 0.2), ("d", 8, -0.5)));

    [Fact]
    public void Should_take_the_least_loss_when_nothing_is_inside() => Assert.Equal("b", Chosen(("a", 12, double.NaN), ("b", 10, 2), ("c", 8, 3)));

    [Fact]
    public void Should_take_the_least_noise_when_several_are_as_quick() =>
        Assert.Equal("b", Quickest(("a", 0.80, 20, 0.1), ("b", 0.81, 30, 0.5), ("c", 0.90, 40, 0), ("d", 0.5, 50, 1.5)));

    [Fact]
    public void Should_take_the_quickest_when_none_is_nearly_as_quick() => Assert.Equal("a", Quickest(("a", 0.80, 20, 0.1), ("b", 0.84, 30, 0.1)));

    private static string Quickest(params (string Name, double Share, double Decibels, double Loss)[] tried) =>
        TrialChoice.Quickest([.. tried.Select(t => new Trial(LayerSet.All(RangeMethod.MinMax), new QuantizationStep(t.Name, 9, 50 - t.Loss, t.Loss, 1, t.Share), t.Decibels))], 1).Step.Name;

    private static string Chosen(params (string Name, int Quantised, double Loss)[] tried) =>
        TrialChoice.MostLayers([.. tried.Select(t => new Trial(LayerSet.All(RangeMethod.MinMax), new QuantizationStep(t.Name, t.Quantised, 50 - t.Loss, t.Loss, null, null), 25))], 1).Step.Name;
}
