using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Hosting;

public sealed class BudgetCheckSpecs
{
    [Fact]
    public void Should_say_nothing_when_each_model_fits_alone_beside_the_buffers()
    {
        var verdict = Check(budget: 100, pools: 10, Model(need: 90));

        Assert.Empty(verdict.Errors);
        Assert.Empty(verdict.Warnings);
    }

    [Theory]
    [InlineData(FootprintSource.Declared, "declared")]
    [InlineData(FootprintSource.Measured, "measured")]
    public void Should_refuse_with_both_numbers_when_a_known_footprint_can_never_fit(FootprintSource source, string word)
    {
        var error = Assert.Single(Check(budget: 100, pools: 10, Model(need: 91, source: source)).Errors);

        Assert.Contains(word, error);
        Assert.Contains("91.0 MiB", error);
        Assert.Contains("100.0 MiB", error);
        Assert.Contains("10.0 MiB", error);
    }

    [Fact]
    public void Should_only_warn_when_a_mere_estimate_does_not_fit()
    {
        var verdict = Check(budget: 100, pools: 0, Model(need: 101, source: FootprintSource.Estimated));

        Assert.Empty(verdict.Errors);
        Assert.Contains("101.0 MiB", Assert.Single(verdict.Warnings));
    }

    [Fact]
    public void Should_refuse_when_the_file_alone_is_larger_even_if_the_rest_is_an_estimate()
    {
        var error = Assert.Single(Check(budget: 100, pools: 0, Model(need: 101, file: 101, source: FootprintSource.Estimated)).Errors);

        Assert.Contains("its file alone", error);
    }

    [Fact]
    public void Should_refuse_when_the_buffers_alone_are_larger() =>
        Assert.Contains("buffers need 101.0 MiB", Assert.Single(Check(budget: 100, pools: 101).Errors));

    [Fact]
    public void Should_only_warn_when_a_smaller_variant_fits()
    {
        var verdict = Of(budget: 100, 0, Model("m", ("fp32", Inspection(120)), ("int8", Inspection(60))));

        Assert.Empty(verdict.Errors);
        Assert.Contains("model 'm' as 'fp32' can never fit: its declared footprint needs 120.0 MiB", Assert.Single(verdict.Warnings));
    }

    [Fact]
    public void Should_refuse_with_the_numbers_of_each_when_no_variant_fits()
    {
        var verdict = Of(budget: 100, 0, Model("m", ("fp32", Inspection(120)), ("int8", Inspection(110))));

        Assert.Collection(verdict.Errors, e => Assert.Contains("as 'fp32'", e), e => Assert.Contains("as 'int8' can never fit: its declared footprint needs 110.0 MiB", e));
    }

    [Theory]
    [InlineData(FootprintSource.Declared, 10, 130)]
    [InlineData(FootprintSource.Estimated, 10, 70)]
    [InlineData(FootprintSource.Declared, 0, 120)]
    public void Should_name_the_least_budget_that_is_not_refused(FootprintSource source, double pools, double expected)
    {
        // The choice needs 60 at least; the other is what decides.
        InspectedModel[] models = [Model("choice", ("fp32", Inspection(300)), ("int8", Inspection(60))), Model("other", ("fp32", Inspection(120, file: 40, source)))];

        var least = BudgetCheck.Least(Bytes.MiB(pools), 1, models);

        Assert.Equal(Bytes.MiB(expected), least);
        Assert.Empty(BudgetCheck.Of(least, Bytes.MiB(pools), 1, models).Errors);
        Assert.NotEmpty(BudgetCheck.Of(least - new Bytes(1), Bytes.MiB(pools), 1, models).Errors);
    }

    [Fact]
    public void Should_name_the_buffers_and_fixed_cost_in_the_least_budget_when_there_are_models() =>
        Assert.Equal((Bytes.MiB(10), Bytes.MiB(37)), (
            BudgetCheck.Least(Bytes.MiB(10), 1, [], Bytes.MiB(7)), BudgetCheck.Least(Bytes.MiB(10), 1, [Model("m", ("fp32", Inspection(20)))], Bytes.MiB(7))));

    private static BudgetCheck.Verdict Check(double budget, double pools, params ModelInspection[] models) =>
        Of(budget, pools, [.. models.Select((m, i) => Model($"m{i}", ("fp32", m)))]);

    private static BudgetCheck.Verdict Of(double budget, double pools, params InspectedModel[] models) =>
        BudgetCheck.Of(Bytes.MiB(budget), Bytes.MiB(pools), 1, models);

    private static InspectedModel Model(string id, params (string Name, ModelInspection Inspection)[] variants)
    {
        var card = new ModelCard { Id = new ModelId(id), Path = "", Kind = ModelKind.PicoDet };
        return new InspectedModel(card, [.. variants.Select(v => new InspectedVariant(v.Name, card, v.Inspection))]);
    }

    private static ModelInspection Model(double need, double file = 1, FootprintSource source = FootprintSource.Declared) => Inspection(need, file, source);

    private static ModelInspection Inspection(double need, double file = 1, FootprintSource source = FootprintSource.Declared) =>
        new(32, 32, Bytes.MiB(file), new Footprint(PoolVector.OfHost(Bytes.MiB(need)), PoolVector.Zero, PoolVector.Zero, source));
}
