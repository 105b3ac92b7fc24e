using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

public sealed class TextKindsSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly OnnxModelRuntime _runtime = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Should_find_text_when_a_db_model_runs(bool freeSize)
    {
        var map = new float[64 * 32];
        for (var y = 10; y < 16; y++) map.AsSpan((y * 64) + 8, 40).Fill(0.9f);
        var path = Write(freeSize
            ? TinyOnnx.FreeSize("map", TinyOnnx.Bytes(map), [1, 1, 32, 64], -1, 1, -1, -1)
            : TinyOnnx.Gives(64, 32, ("map", TinyOnnx.Float, TinyOnnx.Bytes(map), [1, 1, 32, 64])));
        var card = Card(path, ModelKind.Db, freeSize ? 64 : null, freeSize ? 32 : null) with { Db = new DbSettings { UnclipRatio = 0 } };
        Assert.Equal((64, 32), (_runtime.Inspect(card).InputWidth, _runtime.Inspect(card).InputHeight));
        using var model = (IDetector)_runtime.Load(card, default);
        using var picture = new TestPicture(128, 64, (_, _) => (1, 2, 3));
        var into = new Detection[4];
        Assert.Equal(1, model.Detect(0, picture.View, into));
        Assert.Equal(new BoundingBox(16, 20, 96, 32), into[0].Box);
        Assert.Equal("text", model.Report.Labels[into[0].ClassIndex]);
    }

    [Theory]
    [InlineData(true, 4)]
    [InlineData(false, 5)]
    public void Should_read_text_when_a_ctc_model_runs(bool freeSize, int classes)
    {
        // Four steps: a, a, the third character (or the space), blank.
        var steps = new float[4 * classes];
        foreach (var (step, best) in new[] { 1, 1, classes - 1, 0 }.Index()) steps[(step * classes) + best] = 1;
        var path = Write(freeSize
            ? TinyOnnx.FreeSize("out", TinyOnnx.Bytes(steps), [1, 4, classes], -1, -1, classes)
            : TinyOnnx.Gives(32, 48, ("out", TinyOnnx.Float, TinyOnnx.Bytes(steps), [1, 4, classes])));
        var dictionary = _folder.Write("keys.txt", "a\r\n\u3000\r\nc\r\n"u8.ToArray());
        using var model = (IClassifier)_runtime.Load(Card(path, ModelKind.Ctc, freeSize ? 32 : null, freeSize ? 48 : null) with { LabelsPath = dictionary }, default);
        using var picture = new TestPicture(64, 48, (_, _) => (1, 2, 3));
        var into = new Classification[8];
        var text = string.Concat(into[..model.Classify(0, picture.View, into)].Select(c => model.Report.Labels[c.ClassIndex]));
        Assert.Equal(classes == 4 ? "ac" : "a ", text);
        Assert.Equal("\u3000", model.Report.Labels[2]);
    }

    [Fact]
    public void Should_say_how_long_the_dictionary_has_to_be_when_it_has_another_length()
    {
        var path = Write(TinyOnnx.Gives(32, 48, ("out", TinyOnnx.Float, TinyOnnx.Floats(0, 4 * 9), [1, 4, 9])));
        var dictionary = _folder.Write("keys.txt", "a\nb\nc\n"u8.ToArray());
        var error = Assert.Throws<ModelLoadException>(() => _runtime.Load(Card(path, ModelKind.Ctc, null, null) with { LabelsPath = dictionary }, default));
        Assert.Equal(LoadFailure.WrongLabels, error.Failure);
        Assert.Contains("9 classes", error.Message);
        Assert.Contains("has 3 lines", error.Message);
    }

    [Theory]
    [InlineData(ModelKind.Db, "one map [1,1,H,W]")]
    [InlineData(ModelKind.Ctc, "[1,steps,1 + characters]")]
    public void Should_say_what_was_expected_when_outputs_are_others(ModelKind kind, string expected)
    {
        var path = Write(TinyOnnx.Gives(64, 32, ("out", TinyOnnx.Float, TinyOnnx.Floats(0, 35), [1, 1, 5, 7])));
        var error = Assert.Throws<ModelLoadException>(() => _runtime.Load(Card(path, kind, null, null), default));
        Assert.Contains(expected, error.Message);
        Assert.Contains("out Float[1,1,5,7]", error.Message);
    }

    [Fact]
    public void Should_say_so_when_the_size_is_free_and_not_said_or_fixed_and_said_otherwise()
    {
        var free = Write(TinyOnnx.FreeSize("map", TinyOnnx.Floats(0, 64), [1, 1, 8, 8], -1, 1, -1, -1));
        foreach (var look in (Action<ModelCard>[])[card => _runtime.Inspect(card), card => _runtime.Load(card, default)])
            Assert.Contains("input { width, height }", Assert.Throws<ModelLoadException>(() => look(Card(free, ModelKind.Db, null, null))).Message);
        var fix = Write(TinyOnnx.Gives(64, 32, ("map", TinyOnnx.Float, TinyOnnx.Floats(0, 64 * 32), [1, 1, 32, 64])));
        Assert.Contains("64x32", Assert.Throws<ModelLoadException>(() => _runtime.Inspect(Card(fix, ModelKind.Db, 96, null))).Message);
    }

    [Fact]
    public void Should_load_it_without_an_engine_when_its_size_is_free()
    {
        var runtime = new OnnxModelRuntime(engines: new EngineSettings { Folder = _folder.File("engines") });
        var card = Card(Write(TinyOnnx.FreeSize("map", TinyOnnx.Floats(0, 32 * 32), [1, 1, 32, 32], -1, 1, -1, -1)), ModelKind.Db, 32, 32);
        Assert.Equal(Bytes.Zero, runtime.Inspect(card).Build);
        using var model = runtime.Load(card, default);
        Assert.Equal(EngineUse.None, model.Report.Engine);
    }

    private static ModelCard Card(string path, ModelKind kind, int? width, int? height) =>
        TinyOnnx.Card(path, kind) with { Input = InputSettings.DefaultFor(kind) with { Width = width, Height = height } };

    private string Write(byte[] graph) => _folder.Write($"{Guid.NewGuid():N}.onnx", graph);
}
