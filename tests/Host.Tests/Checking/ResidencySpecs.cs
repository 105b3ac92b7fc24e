namespace ActorPipeline.Hosting.Checking;

public sealed class ResidencySpecs
{
    private static readonly ModelNeed A = new("a", Bytes.MiB(40), Bytes.MiB(20));
    private static readonly ModelNeed B = new("b", Bytes.MiB(30), Bytes.MiB(30));
    private static readonly ModelNeed C = new("c", Bytes.MiB(15), Bytes.MiB(10));

    [Fact]
    public void A_peak_has_to_fit_beside_what_is_resident()
    {
        Assert.False(Residency.Fits([A], Bytes.MiB(39)));
        Assert.True(Residency.Fits([A], Bytes.MiB(40)));
        // a first: 40, then 20 + 30.
        Assert.True(Residency.Fits([B, A], Bytes.MiB(50)));
        Assert.False(Residency.Fits([B, A], Bytes.MiB(49)));
    }

    [Fact]
    public void Only_the_largest_sets_are_told()
    {
        Assert.Equal(["abc"], Names(60));
        Assert.Equal(["ab", "ac", "bc"], Names(50));
        Assert.Equal(["ac", "bc"], Names(44));
        Assert.Equal(["c"], Names(20));
        Assert.Empty(Names(5));
    }

    [Fact]
    public void A_smaller_form_stands_where_the_preferred_one_does_not_fit()
    {
        var small = new ModelNeed("a/int8", Bytes.MiB(12), Bytes.MiB(8));

        Assert.Equal(["a+b+c"], Told(60));
        Assert.Equal(["a/int8+b+c"], Told(50));
        Assert.Equal(["a/int8+b", "a+c", "b+c"], Told(45));
        Assert.Equal(["a/int8"], Told(12));

        IEnumerable<string> Told(double budget) => Residency.LargestSets([[A, small], [B], [C]], Bytes.MiB(budget)).Select(set => string.Join('+', set.Select(m => m.Name)));
    }

    private static IEnumerable<string> Names(double budget) =>
        Residency.LargestSets([[A], [B], [C]], Bytes.MiB(budget)).Select(set => string.Concat(set.Select(m => m.Name)));
}
