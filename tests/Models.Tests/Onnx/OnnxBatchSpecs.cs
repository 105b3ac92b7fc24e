using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

/// <summary>Several crops in one run: each gets what it gets alone.</summary>
public sealed class OnnxBatchSpecs : IDisposable
{
    private const float Tolerance = 1e-4f;

    private readonly TestFolder _folder = new();
    private readonly List<TestPicture> _pictures = [];

    public void Dispose()
    {
        foreach (var picture in _pictures) picture.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    public void Should_give_each_crop_what_it_gets_alone_when_any_number_is_asked_for(int batch)
    {
        using var model = Load(TinyOnnx.ChannelMeans(batch: -1), batch);
        Assert.Equal(batch, model.Batch);
        for (var count = 0; count <= 17; count++) AssertSame(model, Crops(count, count % 2 == 0 ? 4 : 9));
    }

    [Fact]
    public void Should_run_one_by_one_when_the_batch_is_fixed_in_the_input_or_the_output()
    {
        foreach (var graph in new[] { TinyOnnx.ChannelMeans(), TinyOnnx.FreeInputAlone() })
        {
            using var model = Load(graph, 8);
            Assert.Equal(1, model.Batch);
            AssertSame(model, Crops(5));
        }
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(12, 8)]
    [InlineData(1000, 64)]
    public void Should_take_a_power_of_two_when_the_card_says_something_else(int asked, int batch)
    {
        using var model = Load(TinyOnnx.ChannelMeans(batch: -1), asked);
        Assert.Equal(batch, model.Batch);
    }

    [Fact]
    public void Should_rank_head_after_head_of_each_crop_when_a_merged_model_runs_several()
    {
        var path = _folder.Write("merged.onnx", TinyOnnx.TwoHeads("a/out", "b/out", -1));
        ModelCard[] parts = [TinyOnnx.Card(path) with { Id = new ModelId("a"), Top = 2 }, TinyOnnx.Card(path) with { Id = new ModelId("b"), Top = 1 }];
        using var model = (IClassifier)new OnnxModelRuntime().Load(parts[0] with { Id = new ModelId("a+b"), Merged = parts, Batch = 4 }, default);
        AssertSame(model, Crops(7));
    }

    [Fact]
    public void Should_allocate_next_to_nothing_managed_when_a_lane_is_warm()
    {
        using var model = Load(TinyOnnx.ChannelMeans(batch: -1), 8);
        var crops = Crops(15);
        var (top, filled) = (new Classification[15], new int[15]);
        for (var i = 0; i < 5; i++) model.Classify(0, crops, top, filled);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) model.Classify(0, crops, top, filled);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 200);
    }

    [Fact]
    public void Should_end_the_whole_call_when_its_lane_is_terminated()
    {
        using var model = Load(TinyOnnx.Slow(800, batch: -1), 2);
        var crops = Crops(7, 512);
        var run = InBackground(() => model.Classify(0, crops, new Classification[7], new int[7]));
        Assert.True(SpinWait.SpinUntil(() => model.ActiveRuns == 1, TimeSpan.FromSeconds(20)));
        model.Terminate(0);
        Assert.IsType<RunTerminatedException>(run());
        Assert.Equal(0, model.ActiveRuns);
    }

    [Fact]
    public void Should_begin_no_further_batch_when_it_is_disposed_under_the_first()
    {
        var model = Load(TinyOnnx.Slow(200, batch: -1), 1);
        var crops = Crops(50, 512);
        var run = InBackground(() => model.Classify(0, crops, new Classification[50], new int[50]));
        Assert.True(SpinWait.SpinUntil(() => model.ActiveRuns == 1, TimeSpan.FromSeconds(20)));
        model.Dispose();
        Assert.IsType<SessionClosedException>(run());
        Assert.True(OnnxSessionSpecs.SessionOf(model).IsFreed);
    }

    [DataTheory]
    [InlineData("pplcnet_x1_0_random1000.onnx")]
    [InlineData("PP_LCNet_x1_0_textline_ori.onnx")]
    public void Should_give_what_the_model_gives_one_by_one_when_its_engine_runs_batches(string file)
    {
        var card = TestData.Card(file, ModelKind.Classification) with { Top = 2 };
        using var single = (IClassifier)new OnnxModelRuntime().Load(card, default);
        var crops = Crops(13, 200);
        var expected = OneByOne(single, crops);
        foreach (var runtime in new[] { new OnnxModelRuntime(), Engines() })
            foreach (var batch in new[] { 2, 4, 8 })
            {
                using var model = (IClassifier)runtime.Load(card with { Batch = batch }, default);
                Assert.Equal(batch, model.Batch);
                AssertNear(expected, AtOnce(model, crops));
            }
    }

    [Fact]
    public void Should_give_what_the_parts_give_when_a_merged_engine_runs_batches()
    {
        var backbone = new MadeClassifiers.Backbone(Batch: -1);
        ModelCard[] parts = [.. ((int[])[5, 9]).Select((classes, i) => new ModelCard
        {
            Id = new ModelId($"{(char)('a' + i)}"), Kind = ModelKind.Classification, Top = 3,
            Path = MadeClassifiers.Write(_folder.File($"{(char)('a' + i)}.onnx"), backbone, classes, headSeed: i),
        })];
        using var merged = (IClassifier)Engines().Load(parts[0] with { Id = new ModelId("a+b"), Merged = parts, Batch = 8 }, default);
        Assert.Equal(8, merged.Batch);
        var crops = Crops(7, 40);
        var found = AtOnce(merged, crops);
        for (var part = 0; part < parts.Length; part++)
        {
            using var alone = (IClassifier)new OnnxModelRuntime().Load(parts[part], default);
            AssertNear(OneByOne(alone, crops), [.. found.Select(all => all.Where(c => c.Head == part).ToArray())]);
        }
    }

    [DataFact]
    public void Should_tell_from_the_file_alone_how_many_crops_a_run_takes()
    {
        var runtime = new OnnxModelRuntime();
        Assert.Equal([64, 64, 1, 1], new[] { TestData.PpLcNet, TestData.TextLine, TestData.SqueezeNet, TestData.PicoDetS }.Select(card => runtime.Inspect(card).MaxBatch));
    }

    private OnnxModelRuntime Engines() => new(pool: true, engines: new EngineSettings { Folder = _folder.File("engines") });

    private IClassifier Load(byte[] graph, int batch) =>
        (IClassifier)new OnnxModelRuntime().Load(TinyOnnx.Card(_folder.Write("tiny.onnx", graph)) with { Batch = batch }, default);

    /// <summary>Pictures of which no two are alike.</summary>
    private ImageView[] Crops(int count, int size = 4)
    {
        var crops = new ImageView[count];
        for (var i = 0; i < count; i++)
        {
            var seed = (i * 37) + 11;
            var picture = new TestPicture(size, size, (x, y) => ((byte)((x * 3) + seed), (byte)((y * seed) + x), (byte)((x ^ y) * (i + 1))));
            _pictures.Add(picture);
            crops[i] = picture.View;
        }
        return crops;
    }

    private static void AssertSame(IClassifier model, ImageView[] crops) => AssertNear(OneByOne(model, crops), AtOnce(model, crops));

    private static void AssertNear(Classification[][] expected, Classification[][] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var crop = 0; crop < expected.Length; crop++)
        {
            Assert.Equal(expected[crop].Select(c => c.ClassIndex), found[crop].Select(c => c.ClassIndex));
            for (var i = 0; i < expected[crop].Length; i++) Assert.Equal(expected[crop][i].Score, found[crop][i].Score, Tolerance);
        }
    }

    private static Classification[][] OneByOne(IClassifier model, ImageView[] crops) => [.. crops.Select(crop =>
    {
        var top = new Classification[model.Card.LabelsEach];
        return top[..model.Classify(0, crop, top)];
    })];

    private static Classification[][] AtOnce(IClassifier model, ImageView[] crops)
    {
        var each = model.Card.LabelsEach;
        var (top, filled) = (new Classification[crops.Length * each], new int[crops.Length]);
        model.Classify(1, crops, top, filled);
        return [.. filled.Select((count, i) => top[(i * each)..((i * each) + count)])];
    }

    private static Func<Exception?> InBackground(Action action)
    {
        Exception? outcome = null;
        var thread = new Thread(() => outcome = Record.Exception(action));
        thread.Start();
        return () =>
        {
            thread.Join();
            return outcome;
        };
    }
}
