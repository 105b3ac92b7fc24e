namespace ActorPipeline.Quantization;

/// <summary>Which set of layers is chosen.</summary>
public class LayerSearchSpecs
{
    private static readonly Sensitivity[] Four = [Of("a", 3), Of("b", 20), Of("c", 40), Of("d", 41)];

    [Fact]
    public void Should_take_the_quickest_inside_the_bound_when_several_are()
    {
        var found = LayerSearch.Find([Tried(LayerSet.All(RangeMethod.MinMax), 9, 0.5)], Four, 1, [], QuantizedForm.Cpu, set => Tried(set, set.Float.Count == 1 ? 3 : 0.4, 0.7));
        Assert.Equal(0.4, found.Step.Loss);
    }

    [Fact]
    public void Should_take_the_least_loss_when_none_is_inside()
    {
        var found = LayerSearch.Find([Tried(LayerSet.All(RangeMethod.MinMax), 9, 0.5)], Four, 1, [], QuantizedForm.Cpu, set => Tried(set, 5 - set.Float.Count, 0.7));
        Assert.Equal(3, found.Step.Loss);
    }

    [Theory]
    [InlineData(0.4, true)]
    [InlineData(0.51, false)]
    public void Should_leave_the_first_layer_float_when_that_is_quicker(double share, bool taken)
    {
        var first = Of("first", 30);
        var found = LayerSearch.Find([Tried(LayerSet.All(RangeMethod.MinMax), 0, 0.5)], [first, Of("second", 30)], 1, [[first.Group]], QuantizedForm.Cpu, set => Tried(set, 0, share));
        Assert.Equal(taken, found.Step.Share == share);
        if (taken) Assert.Equal(first.Group, Assert.Single(found.Set.ForSpeed));
    }

    [Fact]
    public void Should_try_the_layers_behind_the_first_float_too_when_they_are_quicker_together()
    {
        var (first, second) = (Of("first", 30), Of("second", 30));
        var found = LayerSearch.Find(
            [Tried(LayerSet.All(RangeMethod.MinMax), 0, 0.5)], [first, second, Of("third", 30)], 1, [[first.Group], [first.Group, second.Group]], QuantizedForm.Cpu,
            set => Tried(set, 0, set.Float.Count == 1 ? 1.2 : 0.4));
        Assert.Equal("first second", string.Join(" ", found.Set.Float.Select(g => g.Name)));
    }

    [Theory]
    [InlineData(0.6, 0, true)]
    [InlineData(0.6, 2, false)]
    [InlineData(0.7, 0, false)]
    public void Should_leave_what_lies_between_float_ones_float_when_that_is_quicker_and_inside(double share, double loss, bool taken)
    {
        Sensitivity[] groups = [Of("a", 1), Of("between", 50), Of("c", 1), Of("d", 50), Of("e", 50)];
        var found = LayerSearch.Find([Tried(LayerSet.All(RangeMethod.MinMax), 9, 0.5)], groups, 1, [], QuantizedForm.Cpu, set => set.ForSpeed.Count > 0 ? Tried(set, loss, share) : Tried(set, set.Float.Count > 1 ? 0.5 : 9, 0.7));
        Assert.Equal(taken ? "a c between" : "a c", string.Join(" ", found.Set.Float.Select(g => g.Name)));
    }

    [Fact]
    public void Should_not_leave_all_layers_float_when_what_lies_between_is_all_that_is_left()
    {
        Sensitivity[] groups = [Of("a", 1), Of("between", 50), Of("c", 1)];
        var found = LayerSearch.Find([Tried(new LayerSet("two", RangeMethod.MinMax, [groups[0].Group, groups[2].Group]), 0, 0.9)], groups, 1, [], QuantizedForm.Cpu, set => Tried(set, 0, set.Float.Count == 3 ? 0.5 : 0.9));
        Assert.Equal("a c", string.Join(" ", found.Set.Float.Select(g => g.Name)));
    }

    [Theory]
    [InlineData(30, 0.9, true)]
    [InlineData(30, 1.1, false)]
    [InlineData(20, 0, false)]
    public void Should_correct_biases_when_that_leaves_less_noise_and_is_inside(double decibels, double loss, bool taken)
    {
        var found = LayerSearch.Find([Tried(LayerSet.All(RangeMethod.MinMax), 0, 0.5)], Four, 1, [], QuantizedForm.Cpu, set => new Trial(set, Tried(set, loss, 0.5).Step, decibels));
        Assert.Equal(taken, found.Set.Corrected);
    }

    [Fact]
    public void Should_take_most_layers_when_nobody_can_time_them()
    {
        var found = LayerSearch.Find([Tried(LayerSet.All(RangeMethod.MinMax), 9, 0.5)], Four, 1, [[Four[0].Group]], QuantizedForm.TensorRt, set => Tried(set, set.Float.Count > 0 ? 0.9 : 9, 0.1) with { SignalToNoise = 1 });
        Assert.Equal(("a", 0), (Assert.Single(found.Set.Float).Name, found.Set.ForSpeed.Count));
    }

    private static Sensitivity Of(string name, double decibels) => new(new LayerGroup(name, []), decibels, null);

    private static Trial Tried(LayerSet set, double loss, double share) => new(set, new QuantizationStep(set.Name, 1, 100 - loss, loss, 1, share), 25);
}
