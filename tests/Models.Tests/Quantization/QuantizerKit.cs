using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using OpenCvSharp;

namespace ActorPipeline.Quantization;

/// <summary>A folder with a small classifier and pictures of noise.</summary>
public abstract class QuantizerKit : IDisposable
{
    private protected TestFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();

    private protected static MadeGraph Made(int opset, int channels = 8)
    {
        var made = new MadeGraph(opset).Input("x", 1, 3, 32, 32).Output("y", 1, 5).Noise("w", channels, 3, 3, 3).Noise("b", channels).Noise("f", channels, 5).Noise("fb", 5)
            .Node("Conv", "x w b", "c", Nodes.Attribute("pads", [1L, 1, 1, 1])).Node("Relu", "c", "r").Node("GlobalAveragePool", "r", "p").Node("Flatten", "p", "l").Node("Gemm", "l f fb", "y");
        foreach (var node in made.Graph.Node) node.ClearName();
        return made;
    }

    private protected string Classifier(int channels = 8)
    {
        GraphFile.Write(Made(14, channels).Model, Folder.File("float.onnx"));
        return Folder.File("float.onnx");
    }

    private protected string Pictures(string name, int count, int seed)
    {
        Directory.CreateDirectory(Folder.File(name));
        for (var i = 0; i < count; i++)
        {
            using var picture = new Mat(40, 40, MatType.CV_8UC3);
            var noise = new byte[40 * 40 * 3];
            new Random((seed * 100) + i).NextBytes(noise);
            for (var j = 0; j < noise.Length; j++) noise[j] = (byte)(noise[j] % (60 + (i * 30)));
            System.Runtime.InteropServices.Marshal.Copy(noise, 0, picture.Data, noise.Length);
            picture.SaveImage(Path.Combine(Folder.File(name), $"{i}.png"));
        }
        return Folder.File(name);
    }

    private protected static ModelCard Card(string path) => new() { Id = new ModelId("m"), Path = path, Kind = ModelKind.Classification };

    private protected QuantizationRequest Request(string path, string calibrate, string evaluate) => new() { Card = Card(path), Calibrate = calibrate, Evaluate = evaluate, Output = Folder.File("out.onnx") };
}
