namespace ActorPipeline.Quantization;

/// <summary>How integers stand for numbers.</summary>
public class AffineSpecs
{
    [Fact]
    public void Should_have_zero_among_its_numbers_when_the_range_lies_above_it()
    {
        var affine = Affine.Unsigned(2, 10);
        Assert.Equal(0, affine.Zero);
        Assert.Equal(0, affine.Dequantise(affine.Quantise(0)));
        Assert.Equal(255, affine.Quantise(10));
    }

    [Fact]
    public void Should_cut_off_what_lies_outside_when_it_quantises()
    {
        var affine = Affine.Unsigned(-1, 1);
        Assert.Equal((0, 255), (affine.Quantise(-50), affine.Quantise(50)));
        Assert.Equal(affine.Zero, affine.Quantise(0));
    }

    [Fact]
    public void Should_take_a_scale_of_one_when_the_range_is_zero()
    {
        Assert.Equal(new Affine(1, 0, false), Affine.Unsigned(0, 0));
        Assert.Equal(new Affine(1, 0, true), Affine.Symmetric(0));
    }

    [Fact]
    public void Should_be_the_same_both_ways_when_it_is_symmetric()
    {
        var affine = Affine.Symmetric(12.7);
        Assert.Equal((-127, 127), (affine.Quantise(-12.7), affine.Quantise(12.7)));
    }

    [Theory]
    [InlineData(3f, 8.5f)]
    [InlineData(3f, 400f)]
    [InlineData(2.5f, 0f)]
    public void Should_tell_a_gate_with_the_integers_of_its_input_when_they_are_cut_at_its_open_end(float half, float largest)
    {
        var steps = HardGateSteps.For(half, largest);
        for (var q = 0; q <= 255; q++)
        {
            var x = steps.Input.Dequantise(q);
            var expected = Math.Clamp((x + half) / (2 * half), 0, 1);
            Assert.Equal(expected, steps.Gate.Dequantise(Math.Min(q, steps.Open)), 4);
        }
        Assert.True(steps.Input.Dequantise(255) >= Math.Max(half, largest) * 0.99f, $"{steps} does not reach {largest}");
    }

    [Fact]
    public void Should_make_scales_coarser_when_a_bias_would_not_fit()
    {
        var weights = QuantisedWeights.Of([1e-9f, 1f], [2, 1], 0, [1f, 1f], 0.01f);
        Assert.True(1 / (0.01 * weights.Scales[0]) < int.MaxValue);
        Assert.Equal(127, weights.Values[1]);
    }

    [Fact]
    public void Should_have_a_scale_for_each_channel_when_the_axis_is_the_second()
    {
        var weights = QuantisedWeights.Of([1f, 10f, -1f, -5f], [2, 2], 1, null, 1);
        Assert.Equal([127, 127, -127, -64], weights.Values);
        Assert.Equal([1f / 127, 10f / 127], weights.Scales);
    }
}
