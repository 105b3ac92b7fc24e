using System.Text;
using ActorPipeline.Catalog;

namespace ActorPipeline.Onnx;

/// <summary>Writes small ONNX graphs byte by byte, so that specs of sessions need no data folder and no exporter.</summary>
internal static class TinyOnnx
{
    public const int Float = 1;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int Float16 = 10;

    /// <summary>A classifier of three classes whose scores are the means of its input's channels.</summary>
    public static byte[] ChannelMeans(int width = 4, int height = 4, int batch = 1, int type = Float) => Model(
        [Node("GlobalAveragePool", "image", "scores")],
        [Value("image", type, batch, 3, height, width)],
        [Value("scores", type, batch, 3, 1, 1)]);

    /// <summary>Two classifiers over one picture: the means of its channels, once as they are and once run on.</summary>
    public static byte[] TwoHeads(string first, string second, int batch = 1) => Model(
        [Node("GlobalAveragePool", "image", first), Node("Relu", first, second)],
        [Value("image", Float, batch, 3, 4, 4)],
        [Value(first, Float, batch, 3, 1, 1), Value(second, Float, batch, 3, 1, 1)]);

    /// <summary>Takes any number of pictures, as it says, but gives the means of one: its output's batch is fixed.</summary>
    public static byte[] FreeInputAlone() => Model(
        [Node("GlobalAveragePool", "image", "scores")], [Value("image", Float, -1, 3, 4, 4)], [Value("scores", Float, 1, 3, 1, 1)]);

    /// <summary>The same after so many slow nodes that a run takes seconds.</summary>
    public static byte[] Slow(int nodes, int size = 512, int batch = 1)
    {
        var chain = Enumerable.Range(0, nodes).Select(i => Node("Erf", i == 0 ? "image" : $"t{i}", $"t{i + 1}"));
        return Model([.. chain, Node("GlobalAveragePool", $"t{nodes}", "scores")], [Value("image", Float, batch, 3, size, size)], [Value("scores", Float, batch, 3, 1, 1)]);
    }

    /// <summary>Takes a picture of these dimensions and hands it on.</summary>
    public static byte[] Identity(params long[] shape) => Model([Node("Relu", "image", "out")], [Value("image", Float, shape)], [Value("out", Float, shape)]);

    /// <summary>Takes a picture of this size and gives the same numbers whatever it shows.</summary>
    public static byte[] Gives(int width, int height, params (string Name, int Type, byte[] Content, long[] Shape)[] outputs) => Model(
        [.. outputs.Select(o => Node("Identity", o.Name + ".w", o.Name))],
        [Value("image", Float, 1, 3, height, width)],
        [.. outputs.Select(o => Value(o.Name, o.Type, o.Shape))],
        [.. outputs.Select(o => Tensor(o.Name + ".w", o.Type, Message(9, o.Content), o.Shape))]);

    /// <summary>Takes a picture of any size and gives the same numbers whatever it shows, of a shape that it leaves free.</summary>
    public static byte[] FreeSize(string name, byte[] content, long[] shape, params long[] declared) => Model(
        [Node("Identity", name + ".w", name)], [Value("image", Float, -1, 3, -1, -1)], [Value(name, Float, declared)], Tensor(name + ".w", Float, Message(9, content), shape));

    /// <summary>Numbers as a tensor's bytes.</summary>
    public static byte[] Bytes(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    /// <summary>Needs two inputs.</summary>
    public static byte[] TwoInputs() => Model(
        [Node("Add", ["image", "other"], "sum"), Node("GlobalAveragePool", "sum", "scores")],
        [Value("image", Float, 1, 3, 4, 4), Value("other", Float, 1, 3, 4, 4)],
        [Value("scores", Float, 1, 3, 1, 1)]);

    /// <summary>
    /// A classifier over a picture of 3 x 4 x 4: a convolution whose weights all have this value, then means. Its weights, 12 bytes for
    /// each class, lie in a file beside it where one is named.
    /// </summary>
    public static byte[] Weighted(float weight, string? weightFile = null, int classes = 3) => Model(
        [Node("Conv", ["image", "w"], "c"), Node("GlobalAveragePool", "c", "scores")],
        [Value("image", Float, 1, 3, 4, 4)],
        [Value("scores", Float, 1, classes, 1, 1)],
        Tensor("w", Float, weightFile is null ? Message(9, Floats(weight, classes * 3)) : [.. Entry("location", weightFile), .. Entry("length", $"{classes * 12}"), .. Number(14, 1)], classes, 3, 1, 1));

    /// <summary>So many equal numbers as a tensor's bytes.</summary>
    public static byte[] Floats(float value, int count) => [.. Enumerable.Repeat(BitConverter.GetBytes(value), count).SelectMany(b => b)];

    public static ModelCard Card(string path, ModelKind kind = ModelKind.Classification) => new()
    {
        Id = new ModelId("tiny"),
        Path = path,
        Kind = kind,
        Input = new InputSettings { Channels = ChannelOrder.Bgr, Mean = [0, 0, 0], Std = [1, 1, 1] },
    };

    private static byte[] Model(byte[][] nodes, byte[][] inputs, byte[][] outputs, params byte[][] weights)
    {
        byte[] graph =
        [
            .. nodes.SelectMany(n => Message(1, n)), .. Text(2, "tiny"), .. weights.SelectMany(w => Message(5, w)), .. inputs.SelectMany(i => Message(11, i)), .. outputs.SelectMany(o => Message(12, o)),
        ];
        return [.. Number(1, 8), .. Message(7, graph), .. Message(8, [.. Text(1, ""), .. Number(2, 13)])];
    }

    private static byte[] Node(string op, string input, string output) => Node(op, [input], output);

    private static byte[] Node(string op, string[] inputs, string output) => [.. inputs.SelectMany(i => Text(1, i)), .. Text(2, output), .. Text(4, op)];

    private static byte[] Value(string name, int type, params long[] shape)
    {
        byte[] dimensions = [.. shape.SelectMany(d => Message(1, d < 0 ? Text(2, "N") : Number(1, d)))];
        byte[] tensor = [.. Number(1, type), .. Message(2, dimensions)];
        return [.. Text(1, name), .. Message(2, Message(1, tensor))];
    }

    private static byte[] Tensor(string name, int type, byte[] content, params long[] shape) =>
        [.. shape.SelectMany(d => Number(1, d)), .. Number(2, type), .. Text(8, name), .. content];

    private static byte[] Entry(string key, string value) => Message(13, [.. Text(1, key), .. Text(2, value)]);

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Message(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static List<byte> Varint(long value)
    {
        var bytes = new List<byte>();
        for (var rest = (ulong)value; ; rest >>= 7)
        {
            if (rest < 0x80)
            {
                bytes.Add((byte)rest);
                return bytes;
            }
            bytes.Add((byte)(rest | 0x80));
        }
    }
}
