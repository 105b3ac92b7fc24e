using System.Security.Cryptography;
using ActorPipeline.Onnx;

namespace ActorPipeline.Catalog;

public sealed class ModelFingerprintSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_be_the_files_sha256_when_the_model_is_one_file()
    {
        var content = TinyOnnx.ChannelMeans();
        var path = _folder.Write("model.onnx", content);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), ModelFingerprint.Of(path).Hex);
        Assert.Equal(ModelFingerprint.Of(path).Hex, $"{ModelFingerprint.Of(path)}");
    }

    [Fact]
    public void Should_be_the_same_when_the_model_is_moved()
    {
        var first = _folder.Write("first.onnx", TinyOnnx.Weighted(1));
        var second = _folder.Write("second.onnx", TinyOnnx.Weighted(1));
        Assert.Equal(ModelFingerprint.Of(first), ModelFingerprint.Of(second));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Should_be_another_when_the_content_changes_and_the_length_does_not(int secondsAgo)
    {
        var path = Write("model.onnx", TinyOnnx.Weighted(1), secondsAgo + 60);
        var before = ModelFingerprint.Of(path);
        Assert.Equal(before, ModelFingerprint.Of(path));
        Write("model.onnx", TinyOnnx.Weighted(2), secondsAgo);
        Assert.NotEqual(before, ModelFingerprint.Of(path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    public void Should_be_another_when_weights_beside_the_model_change(int secondsAgo)
    {
        Write("weights.bin", TinyOnnx.Floats(1, 9), secondsAgo + 60);
        var path = Write("model.onnx", TinyOnnx.Weighted(1, "weights.bin"), 60);
        var before = ModelFingerprint.Of(path);
        Assert.Equal(before, ModelFingerprint.Of(path));
        Assert.NotEqual(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), before.Hex);
        Write("weights.bin", TinyOnnx.Floats(2, 9), secondsAgo);
        Assert.NotEqual(before, ModelFingerprint.Of(path));
    }

    [Fact]
    public void Should_say_so_when_weights_are_missing_or_lie_outside_the_models_folder()
    {
        Assert.Throws<FileNotFoundException>(() => ModelFingerprint.Of(_folder.Write("a.onnx", TinyOnnx.Weighted(1, "nowhere.bin"))));
        var e = Assert.Throws<InvalidDataException>(() => ModelFingerprint.Of(_folder.Write("b.onnx", TinyOnnx.Weighted(1, "../weights.bin"))));
        Assert.Contains("../weights.bin", e.Message);
        Assert.Throws<InvalidDataException>(() => ModelFingerprint.Of(_folder.Write("c.onnx", TinyOnnx.Weighted(1, "/dev/zero"))));
        Assert.Throws<FileNotFoundException>(() => ModelFingerprint.Of(_folder.File("no-model.onnx")));
    }

    [Fact]
    public void Should_be_the_files_sha256_when_it_is_no_model()
    {
        var noise = new byte[10_000];
        new Random(7).NextBytes(noise);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(noise)), ModelFingerprint.Of(_folder.Write("noise.onnx", noise)).Hex);
    }

    [DataFact]
    public void Should_read_in_small_pieces_when_the_model_is_large()
    {
        ModelFingerprint.Of(_folder.Write("small.onnx", TinyOnnx.ChannelMeans()));
        var before = GC.GetAllocatedBytesForCurrentThread();
        ModelFingerprint.Of(TestData.PpLcNet.Path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private string Write(string name, byte[] content, int secondsAgo)
    {
        var path = _folder.Write(name, content);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(-secondsAgo));
        return path;
    }
}
