namespace ActorPipeline.Quantization;

/// <summary>Each way in which a quantised model can fail.</summary>
public class GateSpecs
{
    private static readonly AccuracyFinding Accurate = new("top-1", 400, 97.5, 97.25, -0.5, 0.9, 99, []);
    private static readonly GainFinding Gained = new(1000, 260, 10, 5, 0.5);
    private static readonly KernelFinding Ran = new(12, [], 0.8);

    [Fact]
    public void Should_pass_when_all_is_proved() => Assert.Empty(Refusals(Accurate, Gained, Ran));

    [Fact]
    public void Should_refuse_when_more_is_lost_than_the_bound() =>
        Assert.Contains("loses 1.10 points of top-1", Assert.Single(Refusals(Accurate with { Quantised = 96.4 }, Gained, Ran)), StringComparison.Ordinal);

    [Fact]
    public void Should_pass_when_the_loss_is_the_bound_but_for_rounding()
    {
        // 194 and 191 of 300 are 1 point apart, and a little more in binary.
        var accuracy = Accurate with { Float = 100.0 * 194 / 300, Quantised = 100.0 * 191 / 300 };
        Assert.True(accuracy.Loss > 1);
        Assert.Empty(Refusals(accuracy, Gained, Ran));
    }

    [Fact]
    public void Should_refuse_when_the_loss_or_its_interval_is_no_number()
    {
        foreach (var accuracy in new[] { Accurate with { Quantised = double.NaN }, Accurate with { Float = double.NaN }, Accurate with { Low = double.NaN }, Accurate with { High = double.NaN } })
            Assert.Contains("cannot be told", Assert.Single(Refusals(accuracy, Gained, Ran)), StringComparison.Ordinal);
        Assert.Single(Gate.Refusals(new GateEvidence(Accurate, Gained, Ran, []), double.NaN, unproven: false));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.8, 1)]
    [InlineData(4, 5)]
    [InlineData(0, 100)]
    public void Should_refuse_when_the_float_model_has_nothing_to_lose(double score, double maxLoss) =>
        Assert.Contains("the float model itself has", Assert.Single(Gate.Refusals(new GateEvidence(Accurate with { Float = score, Quantised = score }, Gained, Ran, []), maxLoss, unproven: false)), StringComparison.Ordinal);

    [Fact]
    public void Should_let_any_loss_pass_when_the_bound_is_everything() =>
        Assert.Empty(Gate.Refusals(new GateEvidence(Accurate with { Quantised = 3 }, Gained, Ran, []), 100, unproven: false));

    [Fact]
    public void Should_refuse_when_no_picture_was_evaluated() =>
        Assert.Contains("not one picture", Assert.Single(Refusals(Accurate with { Pictures = 0 }, Gained, Ran)), StringComparison.Ordinal);

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(1000, 1001)]
    [InlineData(0, 0)]
    public void Should_refuse_when_the_file_is_not_smaller(long before, long after) =>
        Assert.Contains("not smaller", Assert.Single(Refusals(Accurate, Gained with { FloatBytes = before, QuantisedBytes = after }, Ran)), StringComparison.Ordinal);

    [Theory]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void Should_refuse_when_it_is_not_quicker(double share)
    {
        Assert.Contains("not quicker", Assert.Single(Refusals(Accurate, Gained with { RunShare = share }, Ran)), StringComparison.Ordinal);
        Assert.Single(Gate.Refusals(new GateEvidence(Accurate, Gained with { RunShare = share }, Ran, []), 1, unproven: true, QuantizationProfile.TensorRt));
    }

    [Fact]
    public void Should_let_pass_what_is_not_quicker_and_say_so_when_that_was_allowed()
    {
        var slower = Gained with { RunShare = 1.4 };
        Assert.Empty(Gate.Refusals(new GateEvidence(Accurate, slower, Ran, []), 1, unproven: false, maxTime: 1.5));
        Assert.Contains("1.400 times the float engine's; less than 1.4 are allowed", Assert.Single(Gate.Refusals(new GateEvidence(Accurate, slower, Ran, []), 1, unproven: false, maxTime: 1.4)), StringComparison.Ordinal);
        Assert.Contains("gains size alone", Gate.Slower(slower), StringComparison.Ordinal);
        Assert.Null(Gate.Slower(Gained));
        Assert.Null(Gate.Slower(Gained with { RunShare = null }));
    }

    [Fact]
    public void Should_refuse_when_a_layer_ran_among_floats() =>
        Assert.Contains("conv_7", Assert.Single(Refusals(Accurate, Gained, new KernelFinding(11, ["conv_7"], 0.8))), StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_when_no_integer_kernel_ran()
    {
        Assert.Contains("not one integer kernel", Assert.Single(Refusals(Accurate, Gained, new KernelFinding(0, ["conv_7"], 0))), StringComparison.Ordinal);
        // Nothing quantised at all is no better for having nothing that missed.
        Assert.Contains("not one integer kernel", Assert.Single(Refusals(Accurate, Gained, new KernelFinding(0, [], 0))), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_refuse_when_pictures_were_calibrated_on() =>
        Assert.Contains("4 of the evaluation pictures were calibrated on (a, b, c, ...)", Assert.Single(Gate.Refusals(new GateEvidence(Accurate, Gained, Ran, ["a", "b", "c", "d"]), 1, unproven: true)), StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_what_cannot_be_proved_when_nobody_allowed_it()
    {
        var evidence = new GateEvidence(Accurate, Gained with { RunShare = null }, null, []);
        Assert.All(Gate.Refusals(evidence, 1, unproven: false, QuantizationProfile.TensorRt), why => Assert.EndsWith("--unproven publishes it all the same", why));
        Assert.Equal(2, Gate.Refusals(evidence, 1, unproven: false, QuantizationProfile.TensorRt).Count);
        Assert.Empty(Gate.Refusals(evidence, 1, unproven: true, QuantizationProfile.TensorRt));
    }

    [Fact]
    public void Should_refuse_what_was_not_proved_when_it_is_for_the_processor_whatever_is_allowed()
    {
        var refusals = Gate.Refusals(new GateEvidence(Accurate, Gained with { RunShare = null }, null, []), 1, unproven: true);
        Assert.Equal(2, refusals.Count);
        Assert.All(refusals, why => Assert.DoesNotContain("--unproven", why));
    }

    [Fact]
    public void Should_warn_of_what_was_not_proved_when_it_is_published_all_the_same()
    {
        Assert.Contains("its run time and the kernels it runs", Assert.Single(Gate.Unproved(Gained with { RunShare = null }, null)), StringComparison.Ordinal);
        Assert.EndsWith(": the kernels it runs", Assert.Single(Gate.Unproved(Gained, null)), StringComparison.Ordinal);
        Assert.Empty(Gate.Unproved(Gained, Ran));
    }

    [Fact]
    public void Should_name_all_reasons_when_there_are_several() =>
        Assert.Equal(5, Gate.Refusals(new GateEvidence(Accurate with { Quantised = 90 }, new GainFinding(10, 20, 1, 2, 2), new KernelFinding(0, ["a"], 0), ["p"]), 1, unproven: false).Count);

    [Fact]
    public void Should_say_how_many_pictures_it_would_take_when_they_are_too_few()
    {
        // The upper end is 1.75 above a loss of 0.25, and may be 0.75: 46 x 5.44.
        var warning = Assert.Single(Gate.Warnings(Accurate with { Low = -1.5, High = 2, Pictures = 46 }, 1));
        Assert.Contains("46 pictures are too few", warning, StringComparison.Ordinal);
        Assert.Contains("-1.50 to 2.00", warning, StringComparison.Ordinal);
        Assert.Contains("some 260 like them", warning, StringComparison.Ordinal);
        Assert.Empty(Gate.Warnings(Accurate, 1));
    }

    [Fact]
    public void Should_name_no_number_of_pictures_when_none_would_do() =>
        Assert.DoesNotContain("like them", Assert.Single(Gate.Warnings(Accurate with { Quantised = 96.5, High = 2 }, 1)), StringComparison.Ordinal);

    [Theory]
    [InlineData(4, "75 of 100", "some 300 like them")]
    [InlineData(46, "6.5 of 100", "some 300 like them")]
    [InlineData(300, null, null)]
    public void Should_say_that_few_pictures_prove_little_when_none_changed(int pictures, string? unseen, string? needed)
    {
        var warnings = Gate.Warnings(new AccuracyFinding("agreement", pictures, 100, 100, 0, 0, 100, []), 1);
        if (unseen is null) Assert.Empty(warnings);
        else Assert.Contains(unseen, Assert.Single(warnings), StringComparison.Ordinal);
        if (needed is not null) Assert.Contains(needed, warnings[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Should_warn_when_both_say_the_same_too_seldom() =>
        Assert.Contains("84.0 of 100", Assert.Single(Gate.Warnings(Accurate with { Agreement = 84 }, 1)), StringComparison.Ordinal);

    private static IReadOnlyList<string> Refusals(AccuracyFinding accuracy, GainFinding gain, KernelFinding? kernels) =>
        Gate.Refusals(new GateEvidence(accuracy, gain, kernels, []), 1, unproven: false);
}
