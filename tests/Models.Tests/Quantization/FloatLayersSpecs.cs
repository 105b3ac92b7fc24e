namespace ActorPipeline.Quantization;

/// <summary>The order in which groups are left float, and the search over it.</summary>
public class FloatLayersSpecs
{
    [Fact]
    public void Should_leave_the_noisiest_float_first_when_it_goes_on()
    {
        var steps = FloatLayers.Steps([Of("a", 40), Of("b", 3), Of("c", 20), Of("d", 10)]).Select(s => string.Join(" ", s.Select(g => g.Name))).ToArray();
        Assert.Equal(["", "b", "b d"], steps);
    }

    [Fact]
    public void Should_leave_a_group_float_when_its_noise_cannot_be_told() =>
        Assert.Contains("x", FloatLayers.Steps([Of("x", double.NaN), Of("a", 40), Of("b", 40), Of("c", 40)]).ElementAt(1).Select(g => g.Name));

    [Fact]
    public void Should_take_the_quickest_inside_the_bound_when_several_are()
    {
        var found = LayerSearch.Find([Tried("all", 9, 0.5)], [Of("a", 3), Of("b", 20), Of("c", 40), Of("d", 41)], 1, null, (name, method, floats) => Tried(name, floats.Count == 1 ? 3 : 0.4, 0.7));
        Assert.Equal(0.4, found.Step.Loss);
    }

    [Fact]
    public void Should_take_the_least_loss_when_none_is_inside()
    {
        var found = LayerSearch.Find([Tried("all", 9, 0.5)], [Of("a", 3), Of("b", 20), Of("c", 40), Of("d", 41)], 1, null, (name, method, floats) => Tried(name, 5 - floats.Count, 0.7));
        Assert.Equal(3, found.Step.Loss);
    }

    [Theory]
    [InlineData(0.4, true)]
    [InlineData(0.499, false)]
    public void Should_leave_the_first_layer_float_when_that_is_quicker(double share, bool taken)
    {
        var first = Of("first", 30);
        var found = LayerSearch.Find([Tried("all", 0, 0.5)], [first], 1, first.Group, (name, method, floats) => Tried(name, 0, share));
        Assert.Equal(taken, found.Step.Share == share);
    }

    private static Sensitivity Of(string name, double decibels) => new(new LayerGroup(name, []), decibels, null);

    private static Trial Tried(string name, double loss, double share) => new(RangeMethod.MinMax, [], new QuantizationStep(name, 1, 100 - loss, loss, 1, share));
}
