using System.Security.Cryptography;
using ActorPipeline.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Engines.Graph;

public sealed class WeightIdentitySpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_say_where_each_larger_weight_lies_when_it_is_in_the_models_file()
    {
        var path = MadeClassifiers.Write(_folder.File("model.onnx"), new(), 20, 1);
        var weights = WeightIdentity.Of(path);
        // The first block's 1728 bytes, two of 9216, and a head of 1280; biases are small.
        Assert.Equal(["block0.w", "block1.w", "block2.w", "head.w"], weights.Select(w => w.Name));
        Assert.All(weights, w => Assert.Null(w.Location));
        AssertBytes(path, weights);
        var inMemory = WeightIdentity.Of(GraphFile.Read(path));
        Assert.Equal(weights.Select(w => (w.Name, w.Length, w.Content)), inMemory.Select(w => (w.Name, w.Length, w.Content)));
    }

    [Fact]
    public void Should_know_the_same_bytes_when_onnx_runtime_wrote_them_beside_two_models()
    {
        var backbone = new MadeClassifiers.Backbone();
        var (one, other) = (Optimised("one", backbone, 20, 1), Optimised("other", backbone, 30, 2));
        Assert.All(one.Concat(other), w => Assert.Equal("weights.bin", w.Location));
        AssertBytes(_folder.File("one/model.onnx"), one);
        AssertBytes(_folder.File("other/model.onnx"), other);
        // All but the heads.
        Assert.Equal(one.Count - 1, one.Select(w => w.Content).Intersect(other.Select(w => w.Content)).Count());
    }

    [Fact]
    public void Should_read_packed_floats_when_a_model_lists_numbers()
    {
        var values = Enumerable.Range(0, 300).Select(i => i / 7f).ToArray();
        var made = new MadeGraph().Input("x", 1, 300).Output("y", 1, 300).Floats("w", values, 300).Node("Mul", "x w", "y");
        var raw = WeightIdentity.Of(_folder.Write("raw.onnx", made.Model.ToByteArray()));
        made.Graph.Initializer[0].ClearRawData();
        made.Graph.Initializer[0].FloatData.Add(values);
        var listed = WeightIdentity.Of(_folder.Write("listed.onnx", made.Model.ToByteArray()));
        Assert.Equal(Assert.Single(raw).Content, Assert.Single(listed).Content);
    }

    [Fact]
    public void Should_tell_weights_apart_when_only_their_dimensions_differ()
    {
        var made = new MadeGraph().Input("x", 1, 300).Floats("a", new float[300], 300).Floats("b", new float[300], 1, 300);
        var weights = WeightIdentity.Of(made.Model);
        Assert.Equal(weights[0].Sha256, weights[1].Sha256);
        Assert.NotEqual(weights[0].Content, weights[1].Content);
    }

    [Fact]
    public void Should_say_it_is_no_model_when_it_is_something_else() =>
        Assert.Contains("is no ONNX model", Assert.Throws<InvalidDataException>(() => WeightIdentity.Of(_folder.Write("other.onnx", [0xFF, 0xD8, 0xFF, 0xE0]))).Message, StringComparison.Ordinal);

    [Fact]
    public void Should_give_the_same_when_what_onnx_runtime_wrote_is_trimmed()
    {
        Optimised("one", new(), 20, 1);
        var path = _folder.File("one/model.onnx");
        var expected = SameFunction.Run(GraphFile.Read(path), SameFunction.Noise(1));
        var bytes = new FileInfo(path).Length;
        var model = GraphFile.Parse(path);
        EngineTrim.Apply(model);
        GraphFile.Write(model, path);
        Assert.True(new FileInfo(path).Length < bytes);
        Assert.Equal(expected[0], SameFunction.Run(GraphFile.Read(path), SameFunction.Noise(1))[0]);
        Assert.Equal("weights.bin", WeightIdentity.Of(path)[0].Location);
    }

    private IReadOnlyList<WeightIdentity> Optimised(string name, MadeClassifiers.Backbone backbone, int classes, int seed)
    {
        OnnxEnvironment.Ensure(TinyOnnx.Card("made"), null);
        Directory.CreateDirectory(_folder.File(name));
        var source = MadeClassifiers.Write(_folder.File($"{name}.onnx"), backbone, classes, seed);
        using var options = new SessionOptions { OptimizedModelFilePath = _folder.File($"{name}/model.onnx"), LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", "weights.bin");
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "1024");
        using (new InferenceSession(source, options))
        {
        }
        return WeightIdentity.Of(_folder.File($"{name}/model.onnx"));
    }

    private static void AssertBytes(string modelPath, IReadOnlyList<WeightIdentity> weights)
    {
        foreach (var weight in weights)
        {
            var content = File.ReadAllBytes(weight.Location is null ? modelPath : Path.Combine(Path.GetDirectoryName(modelPath)!, weight.Location)).AsSpan((int)weight.Offset, (int)weight.Length);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), weight.Sha256);
            Assert.Equal(weight.Length, weight.Dims.Aggregate(4L, (p, d) => p * d));
        }
    }
}
