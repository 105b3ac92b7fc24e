using System.Text;
using ActorPipeline.Onnx;
using Google.Protobuf;

namespace ActorPipeline.Engines.Graph;

public sealed class GraphFileSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_keep_what_it_does_not_know_when_a_model_is_read_and_written()
    {
        // Functions (25), training (20), metadata (14) and texts (6) of the model; annotations (14) and texts (10) of its graph.
        byte[] graph = [.. Field(10, "about the graph"), .. Field(14, [.. Field(1, "scores"), .. Field(2, [.. Field(1, "SCALE_TENSOR"), .. Field(2, "scale")])])];
        byte[] bytes = [.. TinyOnnx.ChannelMeans(), .. Field(6, "about the model"), .. Field(7, graph), .. Field(14, [.. Field(1, "author"), .. Field(2, "nobody")]),
            .. Field(20, Field(1, Field(2, "training"))), .. Field(25, [.. Field(1, "Twice"), .. Field(7, [.. Field(1, "a"), .. Field(2, "b"), .. Field(4, "Neg")])])];
        var path = _folder.Write("model.onnx", bytes);
        var model = GraphFile.Read(path);
        GraphFile.Write(model, _folder.File("again.onnx"));
        var again = File.ReadAllBytes(_folder.File("again.onnx"));
        Assert.Equal(model, GraphFile.Read(_folder.File("again.onnx")));
        // The graph came in two pieces, of which the second's tag and length are gone.
        Assert.InRange(bytes.Length - again.Length, 1, 3);
        foreach (var text in (string[])["about the graph", "about the model", "SCALE_TENSOR", "author", "nobody", "training", "Twice"])
            Assert.True(again.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) > 0, text);
    }

    [Fact]
    public void Should_bring_weights_inside_when_they_lie_in_a_file_beside_it()
    {
        _folder.Write("weights.bin", TinyOnnx.Floats(2, 9));
        var model = GraphFile.Read(_folder.Write("model.onnx", TinyOnnx.Weighted(2, "weights.bin")));
        var inline = GraphFile.Read(_folder.Write("inline.onnx", TinyOnnx.Weighted(2)));
        Assert.Equal(inline, model);
    }

    [Theory]
    [InlineData("../weights.bin")]
    [InlineData("inner/../../weights.bin")]
    [InlineData("/weights.bin")]
    [InlineData("link.bin")]
    [InlineData("linked/weights.bin")]
    public void Should_refuse_it_when_weights_lie_outside_its_folder(string location)
    {
        var home = Directory.CreateDirectory(_folder.File("home")).FullName;
        var outside = Directory.CreateDirectory(_folder.File("outside")).FullName;
        foreach (var folder in (string[])[_folder.Path, outside]) File.WriteAllBytes(Path.Combine(folder, "weights.bin"), TinyOnnx.Floats(2, 9));
        File.CreateSymbolicLink(Path.Combine(home, "link.bin"), "../weights.bin");
        Directory.CreateSymbolicLink(Path.Combine(home, "linked"), outside);
        var path = _folder.Write("home/model.onnx", TinyOnnx.Weighted(2, location));
        var refused = Assert.Throws<InvalidDataException>(() => GraphFile.Read(path));
        Assert.Contains($"'{location}', which lies outside its folder", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => WeightIdentity.Of(path));
    }

    [Fact]
    public void Should_follow_links_when_they_stay_inside_and_refuse_those_without_end()
    {
        _folder.Write("true.bin", TinyOnnx.Floats(2, 9));
        File.CreateSymbolicLink(_folder.File("weights.bin"), "true.bin");
        File.CreateSymbolicLink(_folder.File("round.bin"), "round.bin");
        Assert.Equal(2f, GraphFile.Read(_folder.Write("model.onnx", TinyOnnx.Weighted(2, "weights.bin"))).Graph.Initializer[0].Floats()![0]);
        Assert.Throws<InvalidDataException>(() => GraphFile.Read(_folder.Write("round.onnx", TinyOnnx.Weighted(2, "round.bin"))));
    }

    [Fact]
    public void Should_refuse_it_when_the_file_of_weights_is_too_short_or_missing()
    {
        _folder.Write("weights.bin", TinyOnnx.Floats(2, 8));
        var path = _folder.Write("model.onnx", TinyOnnx.Weighted(2, "weights.bin"));
        Assert.Contains("bytes 0 to 36 of 'weights.bin', which has 32", Assert.Throws<InvalidDataException>(() => GraphFile.Read(path)).Message, StringComparison.Ordinal);
        File.Delete(_folder.File("weights.bin"));
        Assert.Throws<FileNotFoundException>(() => GraphFile.Read(path));
    }

    [Fact]
    public void Should_refuse_it_when_its_dimensions_need_other_bytes()
    {
        _folder.Write("weights.bin", TinyOnnx.Floats(2, 9));
        var model = ModelProto.Parser.ParseFrom(TinyOnnx.Weighted(2, "weights.bin"));
        model.Graph.Initializer[0].Dims[0] = long.MaxValue / 2;
        Assert.Contains("not what its dimensions", Assert.Throws<InvalidDataException>(() => GraphFile.Read(_folder.Write("model.onnx", model.ToByteArray()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_refuse_it_before_reading_weights_when_there_are_2_gib_of_them()
    {
        // A file of holes takes no space.
        using (var sparse = File.Create(_folder.File("weights.bin"))) sparse.SetLength(int.MaxValue);
        var model = ModelProto.Parser.ParseFrom(TinyOnnx.Weighted(2, "weights.bin"));
        var (tensor, length) = (model.Graph.Initializer[0], 536870911L);
        tensor.Dims.Clear();
        tensor.Dims.Add(length);
        tensor.ExternalData.Single(e => e.Key == "length").Value = $"{length * 4}";
        var path = _folder.Write("model.onnx", model.ToByteArray());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<InvalidDataException>(() => GraphFile.Read(path));
        Assert.Contains("cannot be rewritten, for no single file of its format holds it", refused.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
        Assert.Contains("a model of 100 bytes and more", Assert.Throws<InvalidDataException>(() => GraphFile.Read(_folder.Write("small.onnx", TinyOnnx.Weighted(2)), 100)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_say_it_is_no_model_when_it_is_something_else()
    {
        foreach (var content in (byte[][])[[], "a text"u8.ToArray(), [0xFF, 0xD8, 0xFF, 0xE0], TinyOnnx.Weighted(2)[..^20], [0x08, 0x08]])
        {
            var path = _folder.Write("other.onnx", content);
            Assert.Contains("is no ONNX model", Assert.Throws<InvalidDataException>(() => GraphFile.Read(path)).Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Field(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, byte[] content)
    {
        using var memory = new MemoryStream();
        using (var output = new CodedOutputStream(memory, leaveOpen: true))
        {
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }
        return memory.ToArray();
    }
}
