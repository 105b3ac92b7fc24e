using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Vision;

namespace ActorPipeline.Engines;

/// <summary>Engines for the processor as the runtime builds, keeps and loads them.</summary>
public sealed class CpuEngineSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _log = [];
    private readonly ModelCard _card;

    public CpuEngineSpecs() => _card = TinyOnnx.Card(_folder.Write("model.onnx", TinyOnnx.Weighted(1, classes: 128)));

    private string Kept => Assert.Single(Directory.GetDirectories(_folder.File("cache/engines")));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_build_an_engine_once_and_take_it_when_the_model_is_loaded_again()
    {
        var runtime = Runtime();
        Assert.True(runtime.Inspect(_card).Build > Bytes.Zero);
        var report = runtime.Build(_card, default);
        Assert.Equal((EngineUse.Built, ExecutionProvider.Cpu), (report.Use, report.Provider));
        Assert.InRange(report.Difference!.Value, 0, EngineCheck.Bound);
        Assert.True(report.Size > Bytes.Zero);
        Assert.Equal(EngineUse.Hit, runtime.Build(_card, default).Use);
        Assert.Equal(Bytes.Zero, Runtime().Inspect(_card).Build);
        Assert.Equal(Classes(new OnnxModelRuntime(), EngineUse.None), Classes(Runtime(), EngineUse.Hit));
        Assert.Empty(_log);
    }

    [Fact]
    public void Should_keep_the_weights_in_a_file_of_their_own()
    {
        Classes(Runtime(), EngineUse.Built);
        Assert.Equal(1536, new FileInfo(Path.Combine(Kept, EngineWeight.WeightsFile)).Length);
        Assert.False(File.Exists(Path.Combine(Kept, "source.onnx")));
    }

    [Fact]
    public void Should_build_another_when_the_models_content_is_another()
    {
        var before = Classes(Runtime(), EngineUse.Built);
        File.WriteAllBytes(_card.Path, TinyOnnx.Weighted(2, classes: 128));
        Assert.NotEqual(before, Classes(Runtime(), EngineUse.Built));
        Assert.Equal(2, Directory.GetDirectories(_folder.File("cache/engines")).Length);
    }

    [Fact]
    public void Should_take_weights_beside_the_model_along_when_it_has_some()
    {
        _folder.Write("w.bin", TinyOnnx.Floats(3, 384));
        var card = TinyOnnx.Card(_folder.Write("external.onnx", TinyOnnx.Weighted(0, "w.bin", 128)));
        var expected = Classes(new OnnxModelRuntime(), EngineUse.None, card);
        Assert.Equal(expected, Classes(Runtime(), EngineUse.Built, card));
        File.Delete(_folder.File("w.bin"));
        _folder.Write("w.bin", TinyOnnx.Floats(4, 384));
        Assert.NotEqual(expected, Classes(Runtime(), EngineUse.Built, card));
    }

    [Fact]
    public void Should_build_none_and_read_nothing_when_weights_lie_outside_the_models_folder()
    {
        var outside = _folder.Write("outside.bin", TinyOnnx.Floats(3, 384));
        Directory.CreateDirectory(_folder.File("inside"));
        var card = TinyOnnx.Card(_folder.Write("inside/model.onnx", TinyOnnx.Weighted(0, "../outside.bin", 128)));
        var e = Assert.Throws<ModelLoadException>(() => Runtime().Load(card, default));
        Assert.Contains("outside", e.Message);
        Assert.True(File.Exists(outside));
        Assert.Empty(Directory.Exists(_folder.File("cache/engines")) ? Directory.GetDirectories(_folder.File("cache/engines")) : []);
    }

    [Fact]
    public void Should_load_the_model_plainly_when_the_cache_is_full_of_somebody_elses_lock()
    {
        Directory.CreateDirectory(_folder.File("cache/engines"));
        using (new FileStream(_folder.File("cache/engines/lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            Classes(Runtime(), EngineUse.None);
        Classes(Runtime(), EngineUse.Built);
    }

    [Fact]
    public void Should_map_weights_once_when_the_same_model_is_loaded_twice()
    {
        var runtime = Runtime();
        using var first = runtime.Load(_card, default);
        var mapped = runtime.MappedWeights;
        Assert.Equal(new Bytes(1536), mapped);
        using (runtime.Load(_card with { Id = new ModelId("again") }, default)) Assert.Equal(mapped, runtime.MappedWeights);
        Assert.Equal(mapped, runtime.MappedWeights);
        first.Dispose();
        Assert.Equal(Bytes.Zero, runtime.MappedWeights);
    }

    [DataFact]
    public void Should_give_what_the_model_gives_when_the_seed_pair_runs_as_engines()
    {
        foreach (var card in new[] { TestData.PicoDetS, TestData.PpLcNet, TestData.SqueezeNet, TestData.YoloxNano })
            Assert.InRange(Runtime().Build(card, default).Difference!.Value, 0, EngineCheck.Bound);
        Assert.Contains(Runtime().Build(TestData.PicoDetS, default).Rewrites, r => r.StartsWith("87 hard-swish", StringComparison.Ordinal));
    }

    private OnnxModelRuntime Runtime() => new(_log.Add, arena: true, pool: true, new EngineSettings { Folder = _folder.File("cache/engines") });

    private float[] Classes(OnnxModelRuntime runtime, EngineUse expected, ModelCard? card = null)
    {
        using var model = (OnnxModel)runtime.Load(card ?? _card, default);
        Assert.Equal(expected, model.Report.Engine);
        using var picture = new TestPicture(9, 7, (x, y) => (10, 20, 70));
        using var run = model.Session.Enter(0);
        run.Lane.Picture.Fill(picture.View);
        run.Run();
        return run.Lane.Output(0).ToArray();
    }
}
