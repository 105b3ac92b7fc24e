using ActorPipeline.Catalog;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Engines;

public sealed class WeightMapSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly WeightMap _map = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public unsafe void Should_lay_each_weight_where_its_bytes_are()
    {
        using var held = _map.Map(Engine("a", ("w", 5, 4096), ("v", 6, 8192)))!;
        Assert.Equal(["w", "v"], held.All.Select(w => w.Name));
        Assert.Equal([5, 6], held.All.Select(w => (int)((byte*)w.Data)[100]));
        Assert.Equal([4096, 8192], held.All.Select(w => w.Length));
        Assert.Equal(new Bytes(12288), _map.InUse);
    }

    [Fact]
    public void Should_map_the_same_bytes_once_whichever_engines_have_them()
    {
        using var first = _map.Map(Engine("a", ("w", 5, 4096), ("own", 1, 4096)))!;
        using (var second = _map.Map(Engine("b", ("other-name", 5, 4096), ("own", 2, 4096)))!)
        {
            Assert.Equal(first.All[0].Data, second.All[0].Data);
            Assert.NotEqual(first.All[1].Data, second.All[1].Data);
            Assert.Equal(new Bytes(3 * 4096), _map.InUse);
        }
        Assert.Equal(new Bytes(2 * 4096), _map.InUse);
    }

    [Fact]
    public unsafe void Should_keep_shared_bytes_when_the_engine_they_were_mapped_from_leaves()
    {
        var first = _map.Map(Engine("a", ("w", 5, 4096), ("own", 1, 4096)))!;
        using var second = _map.Map(Engine("b", ("w", 5, 4096)))!;
        first.Dispose();
        first.Dispose();
        Directory.Delete(_folder.File("a"), recursive: true);
        Assert.Equal(5, ((byte*)second.All[0].Data)[4095]);
        Assert.Equal(new Bytes(4096), _map.InUse);
        second.Dispose();
        Assert.Equal(Bytes.Zero, _map.InUse);
    }

    [Fact]
    public void Should_map_nothing_when_an_engine_has_no_weights_of_its_own() => Assert.Null(_map.Map(Engine("a")));

    [Fact]
    public void Should_fail_and_count_nothing_when_the_file_is_missing_or_short()
    {
        var engine = Engine("a", ("w", 5, 4096));
        using (var file = File.OpenWrite(engine.File(EngineWeight.WeightsFile))) file.SetLength(100);
        Assert.Throws<IOException>(() => _map.Map(engine));
        File.Delete(engine.File(EngineWeight.WeightsFile));
        Assert.Throws<FileNotFoundException>(() => _map.Map(engine));
        Assert.Equal(Bytes.Zero, _map.InUse);
    }

    /// <summary>An engine whose weights are each filled with one byte, which is their content's name too.</summary>
    private Engine Engine(string name, params (string Name, byte Fill, int Length)[] weights)
    {
        var folder = Directory.CreateDirectory(_folder.File(name)).FullName;
        var content = new List<byte>();
        var listed = new List<EngineWeight>();
        foreach (var (weight, fill, length) in weights)
        {
            listed.Add(new EngineWeight(weight, TensorElementType.Float, [length / 4], content.Count, length, $"sha of {fill}"));
            content.AddRange(Enumerable.Repeat(fill, length));
        }
        if (content.Count > 0) File.WriteAllBytes(Path.Combine(folder, EngineWeight.WeightsFile), [.. content]);
        var key = new EngineKey { Model = name, Provider = ExecutionProvider.Cpu, Runtime = "1", Device = "d", Precision = "fp32", Recipe = "1" };
        return new Engine(folder, new EngineManifest { Key = key, Model = "model.onnx", Weights = listed });
    }
}
