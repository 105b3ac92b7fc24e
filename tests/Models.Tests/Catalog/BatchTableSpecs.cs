namespace ActorPipeline.Catalog;

public sealed class BatchTableSpecs
{
    [Theory]
    [InlineData("3.6 3.55 3.52 3.49", 1)] // this processor: 3 % for eight
    [InlineData("3.6 4.1 4.4 5", 1)]
    [InlineData("4 2.4 1.5 1.0", 8)]
    [InlineData("4 3 2.8 2.0", 8)] // 4 is not worth it against 2, 8 is
    [InlineData("4 3.61 2 1.9", 4)] // nearly ten per cent are not ten
    [InlineData("4 3.6 3.6 3.6", 2)]
    [InlineData("4", 1)]
    public void Should_choose_the_largest_that_saves_a_tenth_when_sizes_were_measured(string times, int batch)
    {
        var choice = Table(times).Choose(8);
        Assert.Equal(batch, choice.Batch);
        Assert.StartsWith($"{batch}: ", choice.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_name_each_that_is_worth_it_and_none_above_the_most()
    {
        Assert.Equal([1, 2, 8], Table("4 3 2.8 2.0").Worth(8));
        Assert.Equal([1, 2], Table("4 3 2.8 2.0").Worth(4));
        Assert.Equal([1], Table("4 3 2.8 2.0").Worth(1));
        Assert.Equal([1], new BatchTable(new Dictionary<int, BatchCost>()).Worth(8));
    }

    [Theory]
    [InlineData("3.6 3.55 3.52 3.49", 8, "1: batching does not win: 8 at once take 3 % less for each crop, and 10 % less is wanted")]
    [InlineData("3.6 4.5", 8, "1: batching does not win: 2 at once take 25 % more for each crop, and 10 % less is wanted")]
    [InlineData("4 2 1.9", 8, "2: 2.00 ms for each crop, 50 % less than one alone; 4 would take 5 % less")]
    [InlineData("4 2 1", 8, "4: 1.00 ms for each crop, 75 % less than one alone")]
    [InlineData("4 2 1", 1, "1: batching is off")]
    [InlineData("4", 8, "1: no larger batch was measured")]
    public void Should_say_why(string times, int most, string why) => Assert.Equal(why, Table(times).Choose(most).Why);

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 1, 0)]
    [InlineData(7, 4, 2)]
    [InlineData(8, 8, 3)]
    [InlineData(9999, 64, 6)]
    public void Should_be_powers_of_two_when_any_number_is_asked_for(int crops, int floor, int index)
    {
        Assert.Equal((floor, index), (BatchSizes.Floor(crops), BatchSizes.IndexOf(crops)));
        Assert.Equal(floor, BatchSizes.UpTo(crops)[index]);
        Assert.Equal(index + 1, BatchSizes.UpTo(crops).Count);
    }

    /// <summary>Milliseconds for each crop in batches of 1, 2, 4, 8.</summary>
    internal static BatchTable Table(string times, int runMiB = 10) => new(times.Split(' ').Select((time, i) => (Batch: 1 << i, Time: double.Parse(time, System.Globalization.CultureInfo.InvariantCulture)))
        .ToDictionary(t => t.Batch, t => new BatchCost(TimeSpan.FromMilliseconds(t.Time), new Dictionary<int, Bytes> { [1] = Bytes.MiB(runMiB * t.Batch), [2] = Bytes.MiB(runMiB * t.Batch * 3 / 2) })));
}
