namespace ActorPipeline.Quantization;

/// <summary>The order in which groups are left float.</summary>
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

    private static Sensitivity Of(string name, double decibels) => new(new LayerGroup(name, []), decibels, null);
}
