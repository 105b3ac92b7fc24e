namespace ActorPipeline.Hosting.Display;

public sealed class ThinningSpecs
{
    [Fact]
    public void Keeps_ends_and_peaks_in_order()
    {
        var points = Enumerable.Range(0, 100_000).Select(i => new TimedValue(i, i == 54_321 ? 99 : i == 12_345 ? -5 : i % 3)).ToArray();
        var thin = Thinning.Thin(points, p => p.Second, p => p.Value, 1000);
        Assert.InRange(thin.Count, 500, 1000);
        Assert.Equal(points[0], thin[0]);
        Assert.Equal(points[^1], thin[^1]);
        Assert.Contains(points[54_321], thin);
        Assert.Contains(points[12_345], thin);
        Assert.Equal(thin.OrderBy(p => p.Second), thin);
    }

    [Fact]
    public void A_short_series_stays() =>
        Assert.Equal(3, Thinning.Thin([new TimedValue(0, 1), new TimedValue(0, 2), new TimedValue(0, 1)], p => p.Second, p => p.Value, 3).Count);

    [Theory]
    [InlineData(69.1, 6, 20, 3)]
    [InlineData(10, 12, 1, 10)]
    [InlineData(0.6, 12, 0.05, 12)]
    [InlineData(0, 6, 1, 1)]
    public void Marks_are_round_numbers(double max, int marks, double step, int count)
    {
        var axis = NiceAxis.For(max, marks);
        Assert.Equal(step, axis.Step, 9);
        Assert.Equal(count, axis.Count);
    }
}
