using System.Globalization;
using System.Runtime.InteropServices;
using ActorPipeline.Engines.Graph;
using Google.Protobuf;

namespace ActorPipeline.Engines;

/// <summary>
/// Classifiers made for the purpose: heads of their own on one frozen backbone, as fine-tuning leaves them. All weights come from seeds,
/// so the same arguments give the same bytes.
/// </summary>
internal static class MadeClassifiers
{
    private const int Float = 1;

    /// <summary>A classifier of these classes: softmax over a linear head over the backbone's mean features.</summary>
    /// <param name="prefix">Goes before every name in it, for exporters call the same thing differently.</param>
    public static ModelProto Make(Backbone backbone, int classes, int headSeed, string prefix = "")
    {
        var graph = new GraphProto { Name = "made", Input = { Value(prefix + "image", backbone.Batch, 3, backbone.Size, backbone.Size) } };
        var random = new Random(backbone.Seed);
        var value = prefix + "image";
        var channels = 3;
        for (var i = 0; i < backbone.Blocks; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}block{i}");
            // He's initialisation keeps the numbers in a range of their own size, however deep it is.
            Weight(graph, name + ".w", random, MathF.Sqrt(6f / (channels * 9)), backbone.Channels, channels, 3, 3);
            Weight(graph, name + ".b", random, 0.1f, backbone.Channels);
            var stride = i < backbone.Halvings ? 2 : 1;
            Node(graph, "Conv", [value, name + ".w", name + ".b"], name + ".conv", Ints("kernel_shape", 3, 3), Ints("pads", 1, 1, 1, 1), Ints("strides", stride, stride));
            Node(graph, "Relu", [name + ".conv"], value = name + ".out");
            channels = backbone.Channels;
        }
        Node(graph, "GlobalAveragePool", [value], prefix + "mean");
        Node(graph, "Flatten", [prefix + "mean"], prefix + "features", new AttributeProto { Name = "axis", I = 1, Type = AttributeProto.Types.Kind.Int });
        var head = new Random(headSeed);
        Weight(graph, prefix + "head.w", head, 1, classes, channels);
        Weight(graph, prefix + "head.b", head, 1, classes);
        Node(graph, "Gemm", [prefix + "features", prefix + "head.w", prefix + "head.b"], prefix + "logits", new AttributeProto { Name = "transB", I = 1, Type = AttributeProto.Types.Kind.Int });
        Node(graph, "Softmax", [prefix + "logits"], prefix + "scores", new AttributeProto { Name = "axis", I = 1, Type = AttributeProto.Types.Kind.Int });
        graph.Output.Add(Value(prefix + "scores", backbone.Batch, classes));
        return new ModelProto { IrVersion = 8, ProducerName = "made", Graph = graph, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 14 } } };
    }

    /// <summary>Writes one into a file.</summary>
    /// <returns>The path.</returns>
    public static string Write(string path, Backbone backbone, int classes, int headSeed, string prefix = "")
    {
        File.WriteAllBytes(path, Make(backbone, classes, headSeed, prefix).ToByteArray());
        return path;
    }

    private static void Node(GraphProto graph, string op, string[] inputs, string output, params AttributeProto[] attributes) =>
        graph.Node.Add(new NodeProto { OpType = op, Name = output + ".node", Input = { inputs }, Output = { output }, Attribute = { attributes } });

    private static void Weight(GraphProto graph, string name, Random random, float range, params int[] dims)
    {
        var values = new float[dims.Aggregate(1, (product, d) => product * d)];
        for (var i = 0; i < values.Length; i++) values[i] = ((random.NextSingle() * 2) - 1) * range;
        graph.Initializer.Add(new TensorProto { Name = name, DataType = Float, Dims = { dims.Select(d => (long)d) }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) });
    }

    private static ValueInfoProto Value(string name, params int[] dims) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = Float,
                Shape = new TensorShapeProto { Dim = { dims.Select(d => d < 0 ? new TensorShapeProto.Types.Dimension { DimParam = "N" } : new TensorShapeProto.Types.Dimension { DimValue = d }) } },
            },
        },
    };

    private static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Ints = { values }, Type = AttributeProto.Types.Kind.Ints };

    /// <summary>What several classifiers have in common.</summary>
    /// <param name="Blocks">Convolutions of 3 x 3, each with a Relu.</param>
    /// <param name="Channels">Of each but the picture: a block has 36 x channels x channels bytes of weights.</param>
    /// <param name="Size">The picture's width and height.</param>
    /// <param name="Halvings">Blocks, from the first, that halve width and height.</param>
    /// <param name="Seed">Of its weights.</param>
    /// <param name="Batch">Pictures that it takes; -1 for any number.</param>
    public sealed record Backbone(int Blocks = 3, int Channels = 16, int Size = 32, int Halvings = 1, int Seed = 1, int Batch = 1);
}
