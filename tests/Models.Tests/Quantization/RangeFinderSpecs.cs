namespace ActorPipeline.Quantization;

/// <summary>Ranges from what was seen.</summary>
public class RangeFinderSpecs
{
    [Fact]
    public void Should_take_all_when_the_method_is_min_max() =>
        Assert.Equal(new ActivationRange(-3, 100), RangeFinder.Of(Seen([-3, 1, 2, 100]), RangeMethod.MinMax));

    [Fact]
    public void Should_cut_off_lonely_numbers_when_the_method_is_percentile()
    {
        var values = Enumerable.Range(0, 1_000_000).Select(i => i % 1000 / 1000f).Append(500f).ToArray();
        var range = RangeFinder.Of(Seen(values), RangeMethod.Percentile);
        Assert.InRange(range.Max, 0.9f, 1.5f);
    }

    [Fact]
    public void Should_cut_off_a_thin_tail_when_the_method_is_entropy()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 200_000).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))).Append(60f).ToArray();
        var range = RangeFinder.Of(Seen(values), RangeMethod.Entropy);
        Assert.InRange(range.Max, 2f, 30f);
    }

    [Fact]
    public void Should_keep_what_is_not_zero_when_the_method_is_entropy_and_most_numbers_are()
    {
        // As a Relu leaves them: nine zeros of ten, then a tail that falls off slowly.
        var random = new Random(1);
        var values = Enumerable.Range(0, 400_000).Select(i => i % 10 > 0 ? 0 : (float)(-Math.Log(1 - random.NextDouble()) * 3)).ToArray();
        Assert.InRange(RangeFinder.Of(Seen(values), RangeMethod.Entropy).Max, 12f, 60f);
    }

    [Theory]
    [InlineData(RangeMethod.Entropy)]
    [InlineData(RangeMethod.Percentile)]
    public void Should_stay_inside_what_was_seen_when_there_is_no_tail(RangeMethod method)
    {
        var range = RangeFinder.Of(Seen([.. Enumerable.Range(0, 4096).Select(i => i / 4096f)]), method);
        Assert.InRange(range.Max, 0.9f, 1f);
        Assert.Equal(0, range.Min, 3);
    }

    [Theory]
    [InlineData(RangeMethod.Entropy)]
    [InlineData(RangeMethod.Percentile)]
    [InlineData(RangeMethod.MinMax)]
    public void Should_be_that_number_when_nothing_else_was_seen(RangeMethod method) =>
        Assert.Equal(new ActivationRange(7, 7), RangeFinder.Of(Seen([7, 7, 7]), method));

    [Fact]
    public void Should_count_what_is_no_number_when_it_comes_among_others()
    {
        var seen = new ActivationStatistics();
        seen.SeeRange([1, float.NaN, -2, float.PositiveInfinity, .. Enumerable.Repeat(0.5f, 40)]);
        Assert.Equal((2L, -2f, 1f), (seen.Unusable, seen.Min, seen.Max));
    }

    [Fact]
    public void Should_find_the_ends_when_there_are_more_numbers_than_a_vector_holds()
    {
        var seen = new ActivationStatistics();
        seen.SeeRange([.. Enumerable.Range(0, 101).Select(i => i - 50f)]);
        seen.SeeRange([3]);
        Assert.Equal((0L, -50f, 50f), (seen.Unusable, seen.Min, seen.Max));
    }

    private static ActivationStatistics Seen(float[] values)
    {
        var seen = new ActivationStatistics();
        seen.SeeRange(values);
        seen.SeeValues(values);
        return seen;
    }
}
