namespace ActorPipeline.Onnx;

/// <summary>
/// Finds the files that a model keeps weights in beside its own: a walk over every tensor of the graph, its nodes' attributes,
/// subgraphs and functions, which skips what is inline.
/// </summary>
internal sealed class ExternalWeights
{
    // Subgraphs nest, and a damaged file may pretend to without end.
    private const int DeepestNesting = 64;

    private readonly ProtobufReader _file;
    private readonly SortedSet<string> _locations = new(StringComparer.Ordinal);

    private ExternalWeights(Stream file) => _file = new ProtobufReader(file);

    /// <summary>Their locations as the model names them, relative to its folder, in ordinal order; none where the file is no model.</summary>
    /// <exception cref="IOException">The model cannot be read.</exception>
    public static IReadOnlyCollection<string> LocationsIn(string modelPath)
    {
        using var file = new BufferedStream(File.OpenRead(modelPath), 1 << 14);
        var reader = new ExternalWeights(file);
        try
        {
            reader.ReadModel();
        }
        catch (InvalidDataException)
        {
            // What is no model names no files; loading it says what is wrong with it.
        }
        return reader._locations;
    }

    /// <summary>ModelProto: graph 7, functions 25 { node 7 }.</summary>
    private void ReadModel() => Messages(_file.Length, field => field switch
    {
        7 => end => ReadGraph(end, 0),
        25 => function => Messages(function, inner => inner == 7 ? end => ReadNode(end, 0) : null),
        _ => null,
    });

    /// <summary>GraphProto: node 1, initializer 5, sparse_initializer 15 { values 1, indices 2 }.</summary>
    private void ReadGraph(long graph, int depth)
    {
        if (depth > DeepestNesting) throw new InvalidDataException("its graphs are nested too deep");
        Messages(graph, field => field switch
        {
            1 => end => ReadNode(end, depth),
            5 => ReadTensor,
            15 => ReadSparse,
            _ => null,
        });
    }

    /// <summary>NodeProto: attribute 5 { t 5, g 6, tensors 10, graphs 11, sparse_tensor 22, sparse_tensors 23 }.</summary>
    private void ReadNode(long node, int depth) => Messages(node, field => field != 5 ? null : attribute => Messages(attribute, inner => inner switch
    {
        5 or 10 => ReadTensor,
        6 or 11 => end => ReadGraph(end, depth + 1),
        22 or 23 => ReadSparse,
        _ => null,
    }));

    private void ReadSparse(long sparse) => Messages(sparse, field => field is 1 or 2 ? ReadTensor : null);

    /// <summary>TensorProto: external_data 13 { key 1, value 2 }.</summary>
    private void ReadTensor(long tensor) => Messages(tensor, field => field != 13 ? null : entry =>
    {
        string key = "", value = "";
        _file.Fields(entry, (inner, wire) =>
        {
            if (wire != 2 || inner is not (1 or 2)) return false;
            if (inner == 1) key = _file.Text(entry);
            else value = _file.Text(entry);
            return true;
        });
        if (key == "location") _locations.Add(value);
    });

    /// <summary>Reads the embedded messages that have a reader, and skips all else.</summary>
    private void Messages(long end, Func<int, Action<long>?> readerOf) => _file.Fields(end, (field, wire) =>
    {
        if (wire != 2 || readerOf(field) is not { } read) return false;
        read(_file.End(end));
        return true;
    });
}
