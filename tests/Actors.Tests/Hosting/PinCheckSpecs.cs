using ActorPipeline.Catalog;
using ActorPipeline.Memory;

namespace ActorPipeline.Hosting;

/// <summary>A room of 100 MiB, two lanes.</summary>
public sealed class PinCheckSpecs
{
    private static readonly PoolVector Room = PoolVector.OfHost(Bytes.MiB(100));
    private readonly Dictionary<ModelId, IReadOnlyList<LeaseVariant>> _needs = [];

    [Fact]
    public void Should_find_no_fault_when_every_other_can_be_loaded_beside_the_pinned()
    {
        Model("a", Variant(60, 40));
        Model("b", Variant(60, 30));

        Assert.Null(Fault("a"));
    }

    [Fact]
    public void Should_name_all_numbers_when_one_cannot()
    {
        Model("a", Variant(60, 40));
        Model("b", Variant(61, 30));

        Assert.Equal("pinned 'a' keep host 40.0 MiB, and model 'b' needs host 61.0 MiB beside them, but the budget leaves host 100.0 MiB for models", Fault("a"));
    }

    [Fact]
    public void Should_count_what_lanes_may_need_of_what_is_kept()
    {
        Model("a", new LeaseVariant("fp32", Footprint.Declared(Bytes.MiB(40), Bytes.MiB(40), Bytes.MiB(5))));
        Model("b", Variant(60, 30));

        Assert.Contains("keep host 50.0 MiB", Fault("a"));
    }

    [Fact]
    public void Should_let_a_pinned_model_be_loaded_beside_the_other_pinned_ones()
    {
        Model("a", Variant(70, 40));
        Model("b", Variant(65, 40));

        // Each needs more while it loads: 70 beside 40 is too much, though 40 beside 40 is not.
        Assert.Contains("model 'a' needs host 70.0 MiB", Fault("a", "b"));
    }

    [Fact]
    public void Should_count_the_largest_variant_that_can_be_in_memory_and_the_smallest_that_another_can_have()
    {
        Model("a", Variant(200, 200), Variant(50, 50), Variant(30, 30));
        Model("b", Variant(60, 60), Variant(50, 50));
        Assert.Null(Fault("a"));

        Model("b", Variant(60, 60), Variant(51, 51));
        Assert.Contains("keep host 50.0 MiB, and model 'b' needs host 51.0 MiB", Fault("a"));
    }

    [Fact]
    public void Should_count_weights_once_that_the_pinned_shares_with_another()
    {
        var weights = new CommonBytes("backbone", PoolVector.OfHost(Bytes.MiB(30)));
        Model("a", Variant(20, 20) with { Shared = weights });
        Model("b", Variant(50, 20) with { Shared = weights });
        Assert.Null(Fault("a"));

        Model("b", Variant(51, 20));
        Assert.Contains("keep host 50.0 MiB", Fault("a"));
    }

    [Fact]
    public void Should_blame_nobody_when_a_model_does_not_fit_alone_and_none_is_pinned()
    {
        Model("a", Variant(200, 200));

        Assert.Null(Fault());
        Assert.Null(Fault("a"));
    }

    private void Model(string id, params LeaseVariant[] variants) => _needs[new ModelId(id)] = variants;

    private static LeaseVariant Variant(double load, double resident) => new($"{load}", Footprint.Declared(Bytes.MiB(load), Bytes.MiB(resident), Bytes.Zero));

    private string? Fault(params string[] pinned) => PinCheck.Fault(Room, 2, _needs, pinned.Select(id => new ModelId(id)).ToHashSet());
}
