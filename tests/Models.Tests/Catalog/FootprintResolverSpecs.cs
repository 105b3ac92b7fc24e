using ActorPipeline.Inference;

namespace ActorPipeline.Catalog;

public sealed class FootprintResolverSpecs : IDisposable
{
    private static readonly Footprint Estimate =
        new(PoolVector.OfHost(Bytes.MiB(50)), PoolVector.OfHost(Bytes.MiB(30)), PoolVector.OfHost(Bytes.MiB(16)), FootprintSource.Estimated);

    private static readonly ModelInspection Inspection = new(8, 8, Bytes.MiB(4), Estimate) { ContentHash = "abc" };

    private static readonly ModelCard Card =
        new() { Id = new ModelId("m"), Path = "m.onnx", Kind = ModelKind.PicoDet, Providers = [ExecutionProvider.TensorRt, ExecutionProvider.Cuda, ExecutionProvider.Cpu] };

    private readonly TestFolder _folder = new();
    private readonly FootprintStore _store;

    public FootprintResolverSpecs() => _store = new FootprintStore(_folder.File("footprints.json"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Should_leave_a_declared_footprint_when_there_is_a_record_too()
    {
        Keep(ExecutionProvider.Cpu, 20);
        var declared = Footprint.Declared(Bytes.MiB(1), Bytes.MiB(1), Bytes.MiB(1));
        Assert.Equal(declared, FootprintResolver.Resolve(Card with { Footprint = declared }, Inspection, _store, 2).Footprint);
    }

    [Fact]
    public void Should_take_the_record_of_the_best_provider_that_has_one_when_none_is_declared()
    {
        Keep(ExecutionProvider.Cpu, 20);
        Keep(ExecutionProvider.Cuda, 40);
        var resolved = FootprintResolver.Resolve(Card, Inspection, _store, 2);
        Assert.Equal((FootprintSource.Measured, Bytes.MiB(40), ExecutionProvider.Cuda), (resolved.Footprint.Source, resolved.Footprint.Load.Total, resolved.Key!.Provider));
        Assert.Equal(Bytes.MiB(2), resolved.Fixed);
    }

    [Fact]
    public void Should_take_the_estimate_when_nothing_is_kept()
    {
        Assert.Equal(Estimate, FootprintResolver.Resolve(Card, Inspection, _store, 2).Footprint);
        Assert.Equal(Estimate, FootprintResolver.Resolve(Card, Inspection, null, 2).Footprint);
        Keep(ExecutionProvider.Cpu, 20);
        Assert.Equal(Estimate, FootprintResolver.Apply(Card, Inspection with { ContentHash = null }, _store, 2).Footprint);
        Assert.Equal(Estimate, FootprintResolver.Apply(Card, Inspection with { Precision = "int8" }, _store, 2).Footprint);
    }

    [Fact]
    public void Should_offer_a_footprint_for_each_batch_that_is_worth_it_when_they_were_measured()
    {
        Keep(ExecutionProvider.Cpu, 20, BatchTableSpecs.Table("4 3 2.8 2"));
        var applied = FootprintResolver.Apply(Card, Inspection with { MaxBatch = 64 }, _store, 2);
        Assert.Equal((1, Bytes.MiB(4)), (applied.Footprint.Batch, applied.Footprint.Run.Total));
        Assert.Equal([(2, 15), (8, 60)], applied.Batched.Select(b => (b.Batch, (int)(b.Run.Total.Count / 1024 / 1024))));
        Assert.Equal(4, applied.Batches!.Costs.Count);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(1, 64)]
    [InlineData(3, 2)]
    public void Should_offer_no_larger_one_than_the_card_and_the_model_allow(int? card, int model)
    {
        Keep(ExecutionProvider.Cpu, 20, BatchTableSpecs.Table("4 3 2 1"));
        var most = Math.Min(card ?? 8, model) >= 2 ? 2 : 1;
        var resolved = FootprintResolver.Resolve(Card with { MaxBatch = card }, Inspection with { MaxBatch = model }, _store, 2);
        Assert.Equal(most, resolved.Batched.Select(b => b.Batch).DefaultIfEmpty(1).Max());
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(15, 2)]
    [InlineData(1000, 4)]
    public void Should_allow_what_fits_a_declared_run_when_batches_are_worth_it(int run, int batch)
    {
        Keep(ExecutionProvider.Cpu, 20, BatchTableSpecs.Table("4 3 2 2"));
        var declared = Footprint.Declared(Bytes.MiB(1), Bytes.MiB(1), Bytes.MiB(run));
        var resolved = FootprintResolver.Resolve(Card with { Footprint = declared }, Inspection with { MaxBatch = 64, Footprint = declared }, _store, 2);
        Assert.Equal(declared with { Batch = batch }, resolved.Footprint);
        Assert.Empty(resolved.Batched);
    }

    private void Keep(ExecutionProvider provider, int load, BatchTable? batches = null) => _store.Add(
        FootprintResolver.KeyOf(Inspection, provider)!,
        new FootprintRecord { Measured = true, Fixed = Bytes.MiB(2), Load = Bytes.MiB(load), Resident = Bytes.MiB(8), Run = new Dictionary<int, Bytes> { [1] = Bytes.MiB(4) }, Batches = batches });
}
