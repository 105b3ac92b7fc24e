using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

public sealed class DetectorKindsSpecs : IDisposable
{
    // An input of 64 x 64 has 84 cells at strides 8, 16 and 32.
    private const int Side = 64, Cells = 84;

    private readonly TestFolder _folder = new();
    private readonly OnnxModelRuntime _runtime = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(3 * Cells, false)]
    [InlineData(3 * Cells + 3, true)]
    public void Should_find_what_a_yolov5_model_gives_when_it_runs(int boxes, bool rawMapsBeside)
    {
        var output = new float[boxes * 7];
        new float[] { 32, 16, 20, 10, 0.9f, 0.1f, 0.8f }.CopyTo(output, 5 * 7);
        (string, int, byte[], long[])[] beside = rawMapsBeside ? [("map", TinyOnnx.Float, TinyOnnx.Floats(0, 3 * 7), [1, 3, 1, 1, 7])] : [];
        var found = Detect(ModelKind.Yolov5, [("output0", TinyOnnx.Float, TinyOnnx.Bytes(output), [1, boxes, 7]), .. beside]);
        // The picture of 128 x 64 lies in the upper half of the input, at half its size.
        AssertOne(found, new BoundingBox(44, 22, 84, 42), 1, 0.72f);
    }

    [Theory]
    [InlineData(Cells)]
    [InlineData(Cells + 1)]
    [InlineData(Cells + 256)]
    public void Should_find_what_a_yolov8_model_gives_when_it_runs(int boxes)
    {
        var output = new float[7 * boxes];
        foreach (var (field, value) in new float[] { 32, 16, 20, 10, 0.1f, 0.2f, 0.7f }.Index()) output[(field * boxes) + 9] = value;
        AssertOne(Detect(ModelKind.Yolov8, ("output0", TinyOnnx.Float, TinyOnnx.Bytes(output), [1, 7, boxes])), new BoundingBox(44, 22, 84, 42), 2, 0.7f);
    }

    [Theory]
    [InlineData("detection_boxes", "detection_classes", "detection_scores", "num_detections")]
    [InlineData("Post", "Post:1", "Post:2", "Post:3")]
    public void Should_find_what_an_ssd_gives_when_its_outputs_are_as_tensorflow_has_them(string boxes, string classes, string scores, string count)
    {
        var found = Detect(ModelKind.Ssd,
            (boxes, TinyOnnx.Float, TinyOnnx.Bytes(0.25f, 0.5f, 0.75f, 1, 0, 0, 1, 1), [1, 2, 4]), (classes, TinyOnnx.Float, TinyOnnx.Bytes(3, 1), [1, 2]),
            (scores, TinyOnnx.Float, TinyOnnx.Bytes(0.9f, 0.9f), [1, 2]), (count, TinyOnnx.Float, TinyOnnx.Bytes(1), [1]));
        AssertOne(found, new BoundingBox(64, 16, 128, 48), 3, 0.9f);
    }

    [Fact]
    public void Should_find_what_an_ssd_gives_when_its_scores_are_named_before_its_classes()
    {
        var found = Detect(ModelKind.Ssd,
            ("num_detections", TinyOnnx.Int32, BitConverter.GetBytes(1), [1, 1]), ("detection_boxes", TinyOnnx.Float, TinyOnnx.Bytes(0.25f, 0.5f, 0.75f, 1, 0, 0, 1, 1), [1, 2, 4]),
            ("detection_scores", TinyOnnx.Float, TinyOnnx.Bytes(0.9f, 0.9f), [1, 2]), ("detection_classes", TinyOnnx.Int32, [.. BitConverter.GetBytes(3), .. BitConverter.GetBytes(1)], [1, 2]));
        AssertOne(found, new BoundingBox(64, 16, 128, 48), 3, 0.9f);
    }

    [Fact]
    public void Should_find_what_an_ssd_gives_when_its_outputs_are_as_onnx_has_them()
    {
        var found = Detect(ModelKind.Ssd,
            ("bboxes", TinyOnnx.Float, TinyOnnx.Bytes(0.5f, 0.25f, 1, 0.75f, 0, 0, 1, 1), [1, 2, 4]),
            ("labels", TinyOnnx.Int64, [.. BitConverter.GetBytes(3L), .. BitConverter.GetBytes(1L)], [1, 2]), ("scores", TinyOnnx.Float, TinyOnnx.Bytes(0.9f, 0.2f), [1, 2]));
        AssertOne(found, new BoundingBox(64, 16, 128, 48), 3, 0.9f);
    }

    [Fact]
    public void Should_build_an_engine_of_it_when_its_labels_are_whole_numbers()
    {
        var log = new List<string>();
        var runtime = new OnnxModelRuntime(log.Add, engines: new EngineSettings { Folder = _folder.File("engines") });
        var path = Write(("bboxes", TinyOnnx.Float, TinyOnnx.Bytes(0.5f, 0.25f, 1, 0.75f), [1, 1, 4]), ("labels", TinyOnnx.Int64, BitConverter.GetBytes(3L), [1, 1]), ("scores", TinyOnnx.Float, TinyOnnx.Bytes(0.9f), [1, 1]));
        Assert.Equal(EngineUse.Built, runtime.Build(TinyOnnx.Card(path, ModelKind.Ssd), default).Use);
        Assert.DoesNotContain(log, line => line.Contains("warning", StringComparison.Ordinal));
    }

    [Fact]
    public void Should_know_the_labels_classes_when_an_ssd_does_not_say_how_many_it_has()
    {
        var path = Write(("bboxes", TinyOnnx.Float, TinyOnnx.Bytes(0, 0, 1, 1), [1, 1, 4]), ("labels", TinyOnnx.Int64, BitConverter.GetBytes(1L), [1, 1]), ("scores", TinyOnnx.Float, TinyOnnx.Bytes(1), [1, 1]));
        var labels = _folder.Write("labels.txt", "background\ncar\n"u8.ToArray());
        using var model = _runtime.Load(TinyOnnx.Card(path, ModelKind.Ssd) with { LabelsPath = labels }, default);
        Assert.Equal((2, "car"), (model.Report.Classes, model.Report.Labels[1]));
        using var without = _runtime.Load(TinyOnnx.Card(path, ModelKind.Ssd), default);
        Assert.Equal((0, "1"), (without.Report.Classes, without.Report.Labels[1]));
    }

    [Theory]
    [InlineData(ModelKind.Yolov5, "N = 252 or 255", 1, 84, 9)]
    [InlineData(ModelKind.Yolov5, "N = 252 or 255", 1, 252, 5)]
    [InlineData(ModelKind.Yolov8, "N = 84 or 85 or 340", 1, 252, 7)]
    [InlineData(ModelKind.Yolov8, "N = 84 or 85 or 340", 1, 4, 84)]
    [InlineData(ModelKind.Yolov8, "N = 84 or 85 or 340", 1, 7, 83)]
    [InlineData(ModelKind.Ssd, "boxes [1,N,4]", 1, 7, 4)]
    public void Should_say_what_was_expected_and_found_when_the_output_has_another_shape(ModelKind kind, string expected, params int[] shape)
    {
        var path = Write(("out", TinyOnnx.Float, TinyOnnx.Floats(0, shape.Aggregate(1, (a, b) => a * b)), [.. shape.Select(d => (long)d)]));
        var error = Assert.Throws<ModelLoadException>(() => _runtime.Load(TinyOnnx.Card(path, kind), default));
        Assert.Equal(LoadFailure.WrongShape, error.Failure);
        Assert.Contains($"no {kind.ToString().ToLowerInvariant()} model", error.Message);
        Assert.Contains(expected, error.Message);
        Assert.Contains($"out Float[{string.Join(",", shape)}]", error.Message);
    }

    [Fact]
    public void Should_refuse_when_only_an_ssds_outputs_may_be_whole_numbers()
    {
        var path = Write(("out", TinyOnnx.Int64, new byte[8 * 7 * Cells], [1, 7, Cells]));
        Assert.Contains("Int64", Assert.Throws<ModelLoadException>(() => _runtime.Load(TinyOnnx.Card(path, ModelKind.Yolov8), default)).Message);
    }

    private static void AssertOne(IReadOnlyList<Detection> found, BoundingBox box, int classIndex, float score)
    {
        var only = Assert.Single(found);
        Assert.Equal(classIndex, only.ClassIndex);
        Assert.Equal(score, only.Score, 1e-5f);
        Assert.Equal(box, only.Box);
    }

    private Detection[] Detect(ModelKind kind, params (string Name, int Type, byte[] Content, long[] Shape)[] outputs)
    {
        using var model = (IDetector)_runtime.Load(TinyOnnx.Card(Write(outputs), kind) with { Input = InputSettings.DefaultFor(kind) }, default);
        using var picture = new TestPicture(128, 64, (_, _) => (1, 2, 3));
        var into = new Detection[10];
        return into[..model.Detect(0, picture.View, into)];
    }

    private string Write(params (string Name, int Type, byte[] Content, long[] Shape)[] outputs) => _folder.Write($"{Guid.NewGuid():N}.onnx", TinyOnnx.Gives(Side, Side, outputs));
}
