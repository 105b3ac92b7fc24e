using ActorPipeline.Onnx;

namespace ActorPipeline.Engines.Graph;

/// <summary>Walks the initializers of a model's file without reading what they hold.</summary>
internal static class WeightScan
{
    /// <summary>
    /// Each initializer's description, with no content, and where its bytes lie in this file; a length of 0 where they lie in another or
    /// are numbers listed one by one.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no ONNX model.</exception>
    public static IReadOnlyList<(TensorProto Tensor, (long Offset, long Length) Inline)> InitializersIn(string modelPath)
    {
        var found = new List<(TensorProto, (long, long))>();
        using var stream = new BufferedStream(new FileStream(modelPath, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1), 1 << 14);
        var file = new ProtobufReader(stream);
        try
        {
            // ModelProto: graph 7 { initializer 5 }.
            file.Fields(file.Length, (field, wire) => (field, wire) == (7, 2) && Inner(file.End(file.Length), graph =>
                file.Fields(graph, (inner, innerWire) => (inner, innerWire) == (5, 2) && Inner(file.End(graph), end => found.Add(ReadTensor(file, stream, end))))));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{modelPath} is no ONNX model: {e.Message}.", e);
        }
        return found;

        static bool Inner(long end, Action<long> read)
        {
            read(end);
            return true;
        }
    }

    /// <summary>TensorProto: dims 1, data_type 2, float_data 4, name 8, raw_data 9, external_data 13 { key 1, value 2 }, data_location 14.</summary>
    private static (TensorProto Tensor, (long Offset, long Length) Inline) ReadTensor(ProtobufReader file, Stream stream, long end)
    {
        var tensor = new TensorProto();
        (long Offset, long Length) inline = default;
        file.Fields(end, (field, wire) =>
        {
            switch (field, wire)
            {
                case (1, 0):
                    tensor.Dims.Add((long)file.Varint(end));
                    return true;
                case (1, 2):
                    for (var last = file.End(end); stream.Position < last;) tensor.Dims.Add((long)file.Varint(last));
                    return true;
                case (2, 0):
                    tensor.DataType = (int)file.Varint(end);
                    return true;
                case (8, 2):
                    tensor.Name = file.Text(end);
                    return true;
                // Floats that are packed lie there as they do in memory.
                case (4 or 9, 2):
                    var after = file.End(end);
                    inline = (stream.Position, after - stream.Position);
                    stream.Position = after;
                    return true;
                case (13, 2):
                    tensor.ExternalData.Add(ReadEntry(file, file.End(end)));
                    return true;
                case (14, 0):
                    tensor.DataLocation = (TensorProto.Types.Location)file.Varint(end);
                    return true;
                default:
                    return false;
            }
        });
        return (tensor, inline);
    }

    private static StringStringEntryProto ReadEntry(ProtobufReader file, long end)
    {
        var entry = new StringStringEntryProto();
        file.Fields(end, (field, wire) =>
        {
            if (wire != 2 || field is not (1 or 2)) return false;
            if (field == 1) entry.Key = file.Text(end);
            else entry.Value = file.Text(end);
            return true;
        });
        return entry;
    }
}
