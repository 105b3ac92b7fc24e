using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Hosting;

public sealed class BatchPlanSpecs
{
    [Theory]
    [InlineData(10, 1)]
    [InlineData(13, 1)]
    [InlineData(14, 2)] // 10 + 2 lanes x 2
    [InlineData(18, 4)]
    [InlineData(100, 4)]
    public void Should_take_the_largest_that_fits_when_a_model_is_alone(int room, int batch) => Assert.Equal(batch, Batches(room, Model("a", 10)).Single());

    [Theory]
    [InlineData(19, 4, 4)] // they swap anyhow, and each has all the room in its turn
    [InlineData(20, 1, 1)]
    [InlineData(24, 2, 1)]
    [InlineData(28, 2, 2)]
    [InlineData(36, 4, 4)]
    public void Should_leave_others_their_room_when_they_fit_together(int room, int first, int second) =>
        Assert.Equal([first, second], Batches(room, Model("a", 10), Model("b", 10)));

    [Fact]
    public void Should_break_no_pair_when_not_all_fit_together()
    {
        // Any two fit, all three do not: a batch of a would keep b or c out.
        Assert.Equal([1, 1, 1], Batches(20, Model("a", 10), Model("b", 10), Model("c", 10)));
        Assert.Equal([2, 1, 1], Batches(24, Model("a", 10), Model("b", 10), Model("c", 10)));
    }

    [Fact]
    public void Should_take_none_that_all_together_have_no_room_for_when_another_need_is_a_guess()
    {
        Assert.Equal([1, 1], Batches(50, Model("a", 10), Model("b", 100, FootprintSource.Estimated)));
        Assert.Equal([4, 4], Batches(150, Model("a", 10), Model("b", 100, FootprintSource.Estimated)));
    }

    [Fact]
    public void Should_count_mapped_weights_when_a_footprint_was_measured()
    {
        var model = Model("a", 10);
        model = model with { Variants = [model.Preferred with { Inspection = model.Preferred.Inspection with { MappedBytes = Bytes.MiB(5) } }] };
        Assert.Equal([1], Batches(18, model));
        Assert.Equal([2], Batches(19, model));
    }

    [Fact]
    public void Should_leave_other_forms_as_they_are_when_there_are_variants()
    {
        var (model, small) = (Model("a", 10), Model("a", 5));
        var planned = BatchPlan.Of(Dictionary(model with { Variants = [model.Preferred, small.Preferred] }), PoolVector.OfHost(Bytes.MiB(100)), 2);
        Assert.Equal([4, 1], planned.Values.Single().Variants.Select(v => v.Inspection.Footprint.Batch));
    }

    [Fact]
    public void Should_look_at_each_pool_when_a_device_has_memory_of_its_own()
    {
        var batched = Footprint.Declared(Bytes.MiB(1), Bytes.MiB(1), Bytes.Zero).Beside(Footprint.Declared(Bytes.MiB(8), Bytes.MiB(8), Bytes.MiB(4), MemoryPool.Device(0))) with { Batch = 8 };
        var model = Model("a", 1);
        model = model with { Variants = [model.Preferred with { Inspection = model.Preferred.Inspection with { Batched = [batched] } }] };
        Assert.Equal(1, Batch(Room(device: 15)));
        Assert.Equal(8, Batch(Room(device: 16)));

        int Batch(PoolVector room) => BatchPlan.Of(Dictionary(model), room, 2).Values.Single().Preferred.Inspection.Footprint.Batch;
        static PoolVector Room(int device) => PoolVector.OfHost(Bytes.MiB(100)) + PoolVector.Of(MemoryPool.Device(0), Bytes.MiB(device));
    }

    private static int[] Batches(int room, params InspectedModel[] models) =>
        [.. BatchPlan.Of(Dictionary(models), PoolVector.OfHost(Bytes.MiB(room)), 2).Values.Select(m => m.Preferred.Inspection.Footprint.Batch)];

    private static OrderedDictionary<ModelId, InspectedModel> Dictionary(params InspectedModel[] models) => new(models.Select(m => KeyValuePair.Create(m.Id, m)));

    /// <summary>Needs so much, and on each lane 2 MiB more for two crops at once, 4 for four.</summary>
    private static InspectedModel Model(string id, int mebibytes, FootprintSource source = FootprintSource.Measured)
    {
        var card = new ModelCard { Id = new ModelId(id), Path = "", Kind = ModelKind.Classification };
        var inspection = new ModelInspection(32, 32, Bytes.Zero, Need(1, 0)) { Batched = [Need(2, 2), Need(4, 4)] };
        return new InspectedModel(card, [new InspectedVariant("fp32", card, inspection)]);

        Footprint Need(int batch, int run) => Footprint.Declared(Bytes.MiB(mebibytes), Bytes.MiB(mebibytes), Bytes.MiB(run)) with { Source = source, Batch = batch };
    }
}
