using System.Runtime.InteropServices;
using Google.Protobuf;

namespace ActorPipeline.Engines.Graph;

/// <summary>Reads and makes the tensors that models hold. Content of a file of its own is not read here.</summary>
internal static class Tensors
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int8 = 3;
    public const int Int32 = 6;
    public const int Int64 = 7;

    /// <summary>Bytes of one element; 0 for texts and types of less than a byte.</summary>
    public static int ElementSize(int type) => type switch
    {
        2 or 3 or 9 or 17 or 18 or 19 or 20 => 1,
        4 or 5 or 10 or 16 => 2,
        1 or 6 or 12 => 4,
        7 or 11 or 13 or 14 => 8,
        15 => 16,
        _ => 0,
    };

    /// <summary>Elements by its dimensions; -1 where they are impossible.</summary>
    public static long Count(this TensorProto tensor)
    {
        long count = 1;
        foreach (var dim in tensor.Dims)
        {
            if (dim < 0 || (dim > 0 && count > long.MaxValue / dim)) return -1;
            count *= dim;
        }
        return count;
    }

    public static bool IsExternal(this TensorProto tensor) => tensor.DataLocation == TensorProto.Types.Location.External;

    /// <summary>Its numbers; null where it holds no floats, or not as many as it says.</summary>
    public static float[]? Floats(this TensorProto tensor) => Read(tensor, Float, tensor.FloatData);

    /// <summary>Its numbers; null where it holds no 64-bit integers, or not as many as it says.</summary>
    public static long[]? Longs(this TensorProto tensor) => Read(tensor, Int64, tensor.Int64Data);

    public static TensorProto Of(string name, long[] values, params long[] dims) => Make(name, Int64, MemoryMarshal.AsBytes(values.AsSpan()), dims);

    public static TensorProto Of(string name, float[] values, params long[] dims) => Make(name, Float, MemoryMarshal.AsBytes(values.AsSpan()), dims);

    private static TensorProto Make(string name, int type, ReadOnlySpan<byte> content, long[] dims) =>
        new() { Name = name, DataType = type, Dims = { dims }, RawData = ByteString.CopyFrom(content) };

    private static T[]? Read<T>(TensorProto tensor, int type, IList<T> typed)
        where T : unmanaged
    {
        if (tensor.DataType != type || tensor.IsExternal()) return null;
        T[] values = tensor.HasRawData ? MemoryMarshal.Cast<byte, T>(tensor.RawData.Span).ToArray() : [.. typed];
        return values.Length == tensor.Count() ? values : null;
    }
}
