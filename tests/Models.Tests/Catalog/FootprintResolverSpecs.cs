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

    private void Keep(ExecutionProvider provider, int load) => _store.Add(
        FootprintResolver.KeyOf(Inspection, provider)!,
        new FootprintRecord { Measured = true, Fixed = Bytes.MiB(2), Load = Bytes.MiB(load), Resident = Bytes.MiB(8), Run = new Dictionary<int, Bytes> { [1] = Bytes.MiB(4) } });
}
