using System.Runtime.InteropServices;
using System.Text;
using ActorPipeline.Catalog;

namespace ActorPipeline.Bench.Memory;

/// <summary>
/// A made classifier of 100 MB: a picture of 3 x 32 x 32, flattened, through six matrix products, whose weights ONNX Runtime packs
/// into copies. Written straight to its file, so that the benchmark's own heap stays small.
/// </summary>
internal static class MadeModel
{
    private const int Float = 1;
    private static readonly int[] Widths = [3 * 32 * 32, 2048, 2048, 2048, 2048, 2048, 1000];

    /// <summary>Bytes of its weights.</summary>
    public static long WeightBytes => Widths.Zip(Widths.Skip(1), (from, to) => (long)from * to * sizeof(float)).Sum();

    /// <summary>Writes it and tells how it is loaded.</summary>
    public static ModelCard Write(string path)
    {
        var layers = Widths.Length - 1;
        byte[][] nodes = [Node("Flatten", ["image"], "x0"), .. Enumerable.Range(0, layers).Select(i => Node("MatMul", [$"x{i}", $"w{i}"], i == layers - 1 ? "scores" : $"x{i + 1}"))];
        byte[] frame = [.. nodes.SelectMany(n => Message(1, n)), .. Text(2, "made"), .. Message(11, Value("image", 1, 3, 32, 32)), .. Message(12, Value("scores", 1, Widths[^1]))];
        var heads = Enumerable.Range(0, layers).Select(i => WeightHead(i)).ToArray();
        var graphBytes = frame.Length + heads.Sum(h => (long)h.Head.Length + h.RawBytes);
        using var file = File.Create(path);
        file.Write([.. Number(1, 8), .. Varint((7 << 3) | 2), .. Varint(graphBytes)]);
        file.Write(frame);
        var noise = new Random(7);
        foreach (var (head, rawBytes, width) in heads)
        {
            file.Write(head);
            WriteWeights(file, rawBytes / sizeof(float), MathF.Sqrt(3f / width), noise);
        }
        file.Write(Message(8, [.. Text(1, ""), .. Number(2, 13)]));
        return new ModelCard { Id = new ModelId("made"), Path = path, Kind = ModelKind.Classification };
    }

    // Weights of this size keep the numbers' size from layer to layer.
    private static void WriteWeights(FileStream file, long count, float size, Random noise)
    {
        var chunk = new float[8192];
        for (var left = count; left > 0; left -= chunk.Length)
        {
            var part = chunk.AsSpan(0, (int)Math.Min(left, chunk.Length));
            foreach (ref var weight in part) weight = ((noise.NextSingle() * 2) - 1) * size;
            file.Write(MemoryMarshal.AsBytes(part));
        }
    }

    /// <summary>All of an initializer but its numbers.</summary>
    private static (byte[] Head, long RawBytes, int Width) WeightHead(int layer)
    {
        var raw = (long)Widths[layer] * Widths[layer + 1] * sizeof(float);
        byte[] tensor = [.. Number(1, Widths[layer]), .. Number(1, Widths[layer + 1]), .. Number(2, Float), .. Text(8, $"w{layer}"), .. Varint((9 << 3) | 2), .. Varint(raw)];
        return ([.. Varint((5 << 3) | 2), .. Varint(tensor.Length + raw), .. tensor], raw, Widths[layer]);
    }

    private static byte[] Node(string op, string[] inputs, string output) => [.. inputs.SelectMany(i => Text(1, i)), .. Text(2, output), .. Text(4, op)];

    private static byte[] Value(string name, params long[] shape)
    {
        byte[] tensor = [.. Number(1, Float), .. Message(2, [.. shape.SelectMany(d => Message(1, Number(1, d)))])];
        return [.. Text(1, name), .. Message(2, Message(1, tensor))];
    }

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Message(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static List<byte> Varint(long value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
