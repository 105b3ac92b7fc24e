namespace ActorPipeline.Quantization;

/// <summary>What is chosen where nothing can be timed.</summary>
public class TrialChoiceSpecs
{
    [Fact]
    public void Should_take_most_layers_inside_the_bound_and_of_these_the_least_loss() =>
        Assert.Equal("c", Chosen(("a", 12, 1.4), ("b", 10, 0.9), ("c", 10, 0.2), ("d", 8, -0.5)));

    [Fact]
    public void Should_take_the_least_loss_when_nothing_is_inside() => Assert.Equal("b", Chosen(("a", 12, double.NaN), ("b", 10, 2), ("c", 8, 3)));

    private static string Chosen(params (string Name, int Quantised, double Loss)[] tried) =>
        TrialChoice.MostLayers([.. tried.Select(t => new Trial(LayerSet.All(RangeMethod.MinMax), new QuantizationStep(t.Name, t.Quantised, 50 - t.Loss, t.Loss, null, null), 25))], 1).Step.Name;
}
