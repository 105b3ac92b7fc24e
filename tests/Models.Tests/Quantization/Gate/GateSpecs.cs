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
    public void Should_refuse_when_the_loss_is_no_number() => Assert.Single(Refusals(Accurate with { Quantised = double.NaN }, Gained, Ran));

    [Fact]
    public void Should_refuse_when_the_file_is_not_smaller() =>
        Assert.Contains("not smaller", Assert.Single(Refusals(Accurate, Gained with { QuantisedBytes = 1000 }, Ran)), StringComparison.Ordinal);

    [Theory]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void Should_refuse_when_it_is_not_quicker(double share) =>
        Assert.Contains("not quicker", Assert.Single(Refusals(Accurate, Gained with { RunShare = share }, Ran)), StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_when_a_layer_ran_among_floats() =>
        Assert.Contains("conv_7", Assert.Single(Refusals(Accurate, Gained, new KernelFinding(11, ["conv_7"], 0.8))), StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_when_no_integer_kernel_ran() =>
        Assert.Contains("not one integer kernel", Assert.Single(Refusals(Accurate, Gained, new KernelFinding(0, ["conv_7"], 0))), StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_when_pictures_were_calibrated_on() =>
        Assert.Contains("4 of the evaluation pictures", Assert.Single(Gate.Refusals(new GateEvidence(Accurate, Gained, Ran, ["a", "b", "c", "d"]), 1, unproven: true)), StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_what_cannot_be_proved_when_nobody_allowed_it()
    {
        var gain = Gained with { RunShare = null };
        Assert.Equal(2, Gate.Refusals(new GateEvidence(Accurate, gain, null, []), 1, unproven: false).Count);
        Assert.Empty(Gate.Refusals(new GateEvidence(Accurate, gain, null, []), 1, unproven: true));
    }

    [Fact]
    public void Should_say_how_many_pictures_it_would_take_when_they_are_too_few()
    {
        var warning = Assert.Single(Gate.Warnings(Accurate with { Low = -2, High = 2, Pictures = 46 }, 1));
        Assert.Contains("46 pictures are too few", warning, StringComparison.Ordinal);
        Assert.Contains("some 328 like them", warning, StringComparison.Ordinal);
        Assert.Empty(Gate.Warnings(Accurate, 1));
    }

    private static IReadOnlyList<string> Refusals(AccuracyFinding accuracy, GainFinding gain, KernelFinding? kernels) =>
        Gate.Refusals(new GateEvidence(accuracy, gain, kernels, []), 1, unproven: false);
}
