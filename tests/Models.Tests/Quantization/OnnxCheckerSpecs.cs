using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Quantization;

/// <summary>Quantised models are plain ONNX: by the standard's checker where it is installed, and by ONNX Runtime always.</summary>
public sealed class OnnxCheckerSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<string, int> Middles => new()
    {
        { "Relu c r", 0 },
        { "HardSwish c r", 0 },
        { "HardSigmoid c r", 1 },
        { "MaxPool c r", 2 },
        { "Concat c c r", 3 },
    };

    public static TheoryData<string> Demo => ["detector.int8.onnx", "classifier.int8.onnx"];

    public void Dispose() => _folder.Dispose();

    [OnnxCheckerTheory]
    [MemberData(nameof(Middles))]
    public void Should_have_nothing_against_it_when_a_model_was_quantised(string middle, int kind) => Assert.Equal("", OnnxChecker.Complaint(Quantised(middle, kind)));

    [OnnxCheckerTheory]
    [MemberData(nameof(Demo))]
    public void Should_have_nothing_against_it_when_a_model_is_the_demos(string file) => Assert.Equal("", OnnxChecker.Complaint(OfDemo(file)));

    [OnnxCheckerTheory]
    [InlineData("QuantizeLinear")]
    [InlineData("DequantizeLinear")]
    public void Should_complain_when_a_scale_is_missing(string op)
    {
        var path = Quantised("Relu c r", 0);
        var model = GraphFile.Read(path);
        var scale = model.Graph.Node.First(n => n.OpType == op).Input[1];
        model.Graph.Initializer.Remove(model.Graph.Initializer.Single(i => i.Name == scale));
        GraphFile.Write(model, path);
        Assert.Contains("ValidationError", OnnxChecker.Complaint(path), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Middles))]
    public void Should_be_opened_by_the_runtime_when_a_model_was_quantised(string middle, int kind) => Opens(Quantised(middle, kind));

    [Theory]
    [MemberData(nameof(Demo))]
    public void Should_be_opened_by_the_runtime_when_a_model_is_the_demos(string file) => Opens(OfDemo(file));

    private static void Opens(string path) => OnnxLibraries.Open(OnnxLibraries.Auto, null).Open(path, new SessionPlan { Provider = ExecutionProvider.Cpu }, default).Dispose();

    private string Quantised(string middle, int kind)
    {
        GraphFile.Write(CpuQdqWriterSpecs.Quantised(CpuQdqWriterSpecs.Made(middle, kind).Model, ["c", "y"]), _folder.File("m.onnx"));
        return _folder.File("m.onnx");
    }

    private static string OfDemo(string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "demo", "belt.mp4"))) return Path.Combine(folder.FullName, "demo", file);
        throw new InvalidOperationException("No folder upwards holds demo/belt.mp4.");
    }
}
