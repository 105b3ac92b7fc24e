namespace ActorPipeline.Replacing;

public sealed class ReplacementVerdictSpecs
{
    private static readonly ReplacementSettings Wanted = new() { Agreement = 0.8, Slowdown = 1.5 };

    [Theory]
    [InlineData(1.0, 10, 10, true, "it says what the old one says in 100 % of the cases, and takes 1.00 times as long")]
    [InlineData(0.8, 10, 15, true, "it says what the old one says in 80 % of the cases, and takes 1.50 times as long")]
    [InlineData(0.799, 10, 10, false, "it says what the old one says in 79.9 % of the cases, and 80 % are wanted")]
    [InlineData(0.9, 10, 16, false, "it says what the old one says in 90 % of the cases, and takes 1.60 times as long, where 1.5 times are allowed")]
    [InlineData(0.9, 0, 16, true, "it says what the old one says in 90 % of the cases")]
    public void Should_accept_when_it_agrees_often_enough_and_is_quick_enough(double agreement, int before, int after, bool accepted, string text) =>
        Assert.Equal(new ReplacementVerdict(accepted, text), ReplacementVerdict.Of(Wanted, agreement, TimeSpan.FromMilliseconds(before), TimeSpan.FromMilliseconds(after)));

    [Theory]
    [InlineData(null, 5)]
    [InlineData(5, null)]
    public void Should_judge_by_agreement_alone_when_nobody_knows_how_long_they_take(int? before, int? after) =>
        Assert.True(ReplacementVerdict.Of(Wanted, 0.9, Span(before), Span(after)).Accepted);

    private static TimeSpan? Span(int? milliseconds) => milliseconds is { } known ? TimeSpan.FromMilliseconds(known) : null;
}
