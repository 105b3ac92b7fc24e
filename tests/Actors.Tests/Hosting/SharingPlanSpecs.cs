using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using FsCheck.Xunit;

namespace ActorPipeline.Hosting;

public sealed class SharingPlanSpecs
{
    [Fact]
    public void Should_share_nothing_when_no_weights_are_the_same()
    {
        var plan = SharingPlan.Of([Member("a", ("1", 10)), Member("b", ("2", 20))]);

        Assert.Equal([new MappedWeights(new Bytes(10), null), new MappedWeights(new Bytes(20), null)], plan.Values);
    }

    [Fact]
    public void Should_take_the_set_that_saves_most_when_a_model_shares_with_several()
    {
        // a and b have 60 in common, which saves 60; a, b and c have 40 of these, which saves 80.
        var plan = SharingPlan.Of([Member("a", ("s", 40), ("t", 20), ("a", 1)), Member("b", ("s", 40), ("t", 20)), Member("c", ("s", 40), ("c", 5))]);

        Assert.Equal([21, 20, 5], plan.Values.Select(m => m.Own.Count));
        Assert.All(plan.Values, m => Assert.Equal(new Bytes(40), m.Shared!.Bytes[MemoryPool.Host]));
        Assert.Single(plan.Values.Select(m => m.Shared!.Account).Distinct());
    }

    [Fact]
    public void Should_find_what_two_sets_of_owners_have_in_common_when_no_weights_have_just_these_owners()
    {
        // s: a, b, c; t: a, b, d. What a and b have in common, 60, saves more than either.
        var plan = SharingPlan.Of([Member("a", ("s", 10), ("t", 50)), Member("b", ("s", 10), ("t", 50)), Member("c", ("s", 10)), Member("d", ("u", 9))]);

        Assert.Equal([0, 0, 10, 9], plan.Values.Select(m => m.Own.Count));
    }

    [Fact]
    public void Should_be_in_one_set_at_most_when_it_might_be_in_two()
    {
        var plan = SharingPlan.Of([Member("a", ("s", 30), ("t", 20)), Member("b", ("s", 30)), Member("c", ("t", 20)), Member("d", ("t", 20))]);

        // t of a, c and d saves 40; b is left alone with what a has elsewhere.
        Assert.Equal([30, 30, 0, 0], plan.Values.Select(m => m.Own.Count));
        Assert.Null(plan[(new ModelId("b"), "fp32")].Shared);
    }

    [Fact]
    public void Should_count_a_variant_alone_when_only_its_own_model_has_the_same_weights()
    {
        var full = Member("a", ("s", 30));

        Assert.All(SharingPlan.Of([full, full with { Variant = "int8" }]).Values, m => Assert.Null(m.Shared));
    }

    [Fact]
    public void Should_name_the_account_by_its_weights_alone_when_they_come_in_another_order()
    {
        string Account(params SharingPlan.Member[] members) => Assert.Single(SharingPlan.Of(members).Values.Select(m => m.Shared!.Account).Distinct());

        Assert.Equal(Account(Member("a", ("s", 1), ("t", 2)), Member("b", ("t", 2), ("s", 1))), Account(Member("x", ("t", 2), ("s", 1)), Member("y", ("s", 1), ("t", 2))));
        Assert.NotEqual(Account(Member("a", ("s", 1)), Member("b", ("s", 1))), Account(Member("a", ("t", 1)), Member("b", ("t", 1))));
    }

    [Property(MaxTest = 200)]
    public void Should_leave_every_model_all_of_its_weights_and_never_cost_more_than_without(byte[][] owned)
    {
        var members = owned.Where(o => o is not null).Take(8).Select((o, i) => Member($"m{i}", [.. o.Take(12).Select(b => ($"{b % 9}", 1L + (b % 9)))])).ToArray();

        var plan = SharingPlan.Of(members);

        Assert.All(members, m => Assert.Equal(m.Mapped, plan[(m.Model, m.Variant)].All));
        var shared = plan.Values.Where(m => m.Shared is not null).GroupBy(m => m.Shared!.Account).ToArray();
        Assert.All(shared, set => Assert.True(set.Count() > 1));
        Assert.All(shared, set => Assert.Single(set.Select(m => m.Shared!.Bytes).Distinct()));
        var cost = plan.Values.Sum(m => m.Own.Count) + shared.Sum(set => set.First().Shared!.Bytes[MemoryPool.Host].Count);
        Assert.True(cost <= members.Sum(m => m.Mapped.Count));
    }

    private static SharingPlan.Member Member(string model, params (string Sha, long Length)[] weights)
    {
        WeightPart[] parts = [.. weights.DistinctBy(w => w.Sha).Select(w => new WeightPart(w.Sha, w.Length))];
        return new SharingPlan.Member(new ModelId(model), "fp32", new Bytes(parts.Sum(p => p.Length)), parts);
    }
}
