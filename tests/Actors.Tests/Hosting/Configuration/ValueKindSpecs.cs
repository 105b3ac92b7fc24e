using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Tests.Hosting.Configuration;

public class ValueKindSpecs
{
    [Theory]
    [InlineData("100 ms", 100)]
    [InlineData("100ms", 100)]
    [InlineData("5 s", 5_000)]
    [InlineData("1.5 seconds", 1_500)]
    [InlineData("2 min", 120_000)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("1 d", 86_400_000)]
    [InlineData("500 us", 0.5)]
    [InlineData("0", 0)]
    public void Should_read_a_duration_when_it_has_a_unit_or_is_nothing(string text, double milliseconds)
    {
        Assert.True(Quantities.TryParse(text, out TimeSpan duration));
        Assert.Equal(milliseconds, duration.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5 s")]
    [InlineData("5 x")]
    [InlineData("1.2.3 s")]
    [InlineData("99999999999999999999999 h")]
    public void Should_read_no_duration_when_the_text_is_none(string text) => Assert.False(Quantities.TryParse(text, out TimeSpan _));

    [Fact]
    public void Should_show_the_largest_unit_that_is_exact_when_bounds_are_named()
    {
        Assert.Equal(("0", "10 ms", "90 min", "1 h"), (Quantities.Show(TimeSpan.Zero), Quantities.Show(TimeSpan.FromMilliseconds(10)), Quantities.Show(TimeSpan.FromMinutes(90)), Quantities.Show(TimeSpan.FromHours(1))));
        Assert.Equal(("0", "1 MiB", "1536 KiB", "3 B"), (Quantities.Show(Bytes.Zero), Quantities.Show(Bytes.MiB(1)), Quantities.Show(Bytes.MiB(1.5)), Quantities.Show(new Bytes(3))));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("on", true)]
    [InlineData("no", false)]
    [InlineData("maybe", null)]
    [InlineData("[true]", null)]
    public void Should_read_a_truth_value_when_it_is_one(string text, bool? expected) =>
        Assert.Equal(expected, ValueKind.Bool.Parse(Given.Tree($"a = {text}").At("a")!, out var value) ? value : null);

    [Theory]
    [InlineData("budgt", "did you mean 'budget'?")]
    [InlineData("BUDGET", "did you mean 'budget'?")]
    [InlineData("wndow-szie", "did you mean 'window-size'?")]
    [InlineData("entirely-other", "known here: budget, window-size")]
    public void Should_suggest_the_nearest_word_when_one_is_near(string word, string expected) =>
        Assert.Equal(expected, Suggestions.For(word, ["budget", "window-size"]));
}
