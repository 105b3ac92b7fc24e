using ActorPipeline.Onnx;
using OpenCvSharp;
using Xunit.Abstractions;

namespace ActorPipeline.Engines.Graph;

/// <summary>The rewrites on the models they are made for.</summary>
public class RealGraphSpecs(ITestOutputHelper output)
{
    [DataFact]
    public void Should_give_what_the_original_gives_when_any_model_is_prepared()
    {
        foreach (var path in Directory.GetFiles(TestData.PathOf("models"), "*.onnx").Order(StringComparer.Ordinal))
        {
            var original = GraphFile.Read(path);
            var prepared = GraphPreparation.Prepare(original);
            output.WriteLine($"{Path.GetFileName(path)}: {original.Graph.Node.Count} -> {prepared.Model.Graph.Node.Count} nodes; {string.Join("; ", prepared.Rewrites.Select(r => $"{r.Rewrite} {r.Places}"))}");
            // Half precision is widened and rounded wherever ONNX Runtime sees fit.
            SameFunction.Assert(original, prepared.Model, 1, 1e-3);
        }
    }

    [DataFact]
    public void Should_give_what_the_original_gives_when_picodet_sees_a_street()
    {
        using var capture = new VideoCapture(TestData.Video);
        using var frame = new Mat();
        capture.Read(frame);
        using var resized = new Mat();
        Cv2.Resize(frame, resized, new Size(320, 320));
        resized.GetArray(out Vec3b[] pixels);
        var picture = TensorLayoutSpecs.Scalar(System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels.AsSpan()), 320, 320, 960, TestData.PicoDetS.Input);
        var original = GraphFile.Read(TestData.PicoDetS.Path);
        SameFunction.AssertClose(SameFunction.Run(original, _ => picture), SameFunction.Run(GraphPreparation.Prepare(original).Model, _ => picture), 1e-3);
    }

    [DataFact]
    public void Should_leave_few_nodes_when_picodet_is_prepared()
    {
        var prepared = GraphPreparation.Prepare(GraphFile.Read(TestData.PicoDetS.Path));
        Assert.InRange(prepared.Model.Graph.Node.Count, 1, 351);
        Assert.Equal(87, prepared.Rewrites.Single(r => r.Rewrite == "hard-swish chains fused").Places);
        Assert.Single(prepared.Model.Graph.Input);
    }
}
