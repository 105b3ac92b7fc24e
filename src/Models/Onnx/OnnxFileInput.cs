using System.Text;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Onnx;

/// <summary>
/// Reads a model's picture input from its file without loading it: a walk over the protocol buffer's fields (numbers from ONNX's
/// schema) that skips the weights, so that a model that is cut off or no model at all is found before anything is loaded.
/// </summary>
internal sealed class OnnxFileInput
{
    private const int Graph = 7, Initializer = 5, Input = 11, TensorName = 8;

    private readonly ModelCard _card;
    private readonly Stream _file;
    private readonly List<(string Name, long[] Shape)> _inputs = [];
    private readonly HashSet<string> _weights = [];
    private bool _hasGraph;

    private OnnxFileInput(ModelCard card, Stream file) => (_card, _file) = (card, file);

    /// <summary>Width and height of the model's picture input in pixels.</summary>
    /// <exception cref="ModelLoadException">The file is no ONNX model, is cut off, or has no input of [N, 3, height, width].</exception>
    public static (int Width, int Height) Read(ModelCard card)
    {
        using var file = new BufferedStream(File.OpenRead(card.Path), 1 << 14);
        var reader = new OnnxFileInput(card, file);
        reader.ReadModel();
        return reader.PictureSize();
    }

    private (int Width, int Height) PictureSize()
    {
        // Paddle's exports list every weight as an input too.
        var pictures = _inputs.Where(i => !_weights.Contains(i.Name)).ToArray();
        foreach (var (_, shape) in pictures)
            if (shape is [_, 3, > 0 and <= 16384, > 0 and <= 16384]) return ((int)shape[3], (int)shape[2]);
        var found = pictures.Length == 0 ? "none" : string.Join(", ", pictures.Select(i => $"{i.Name} [{string.Join(",", i.Shape.Select(d => d < 0 ? "?" : $"{d}"))}]"));
        throw new ModelLoadException(_card.Id, LoadFailure.WrongShape,
            $"Model '{_card.Id}' ({_card.Path}) has no picture input of [N,3,height,width] with fixed height and width; its inputs: {found}.");
    }

    private void ReadModel()
    {
        while (_file.Position < _file.Length)
        {
            var (field, wire) = Tag(_file.Length);
            if (field == Graph && wire == 2) ReadGraph(End(_file.Length));
            else Skip(wire, _file.Length);
        }
        if (!_hasGraph) throw NoModel("it has no graph");
    }

    private void ReadGraph(long end)
    {
        _hasGraph = true;
        while (_file.Position < end)
        {
            var (field, wire) = Tag(end);
            if (field == Input && wire == 2) ReadInput(End(end));
            else if (field == Initializer && wire == 2) ReadWeight(End(end));
            else Skip(wire, end);
        }
    }

    private void ReadWeight(long end)
    {
        while (_file.Position < end)
        {
            var (field, wire) = Tag(end);
            if (field == TensorName && wire == 2) _weights.Add(Text(end));
            else Skip(wire, end);
        }
    }

    /// <summary>ValueInfoProto: name 1, type 2 { tensor_type 1 { shape 2 { dim 1 { dim_value 1, dim_param 2 } } } }.</summary>
    private void ReadInput(long end)
    {
        var name = "";
        List<long> shape = [];
        while (_file.Position < end)
        {
            var (field, wire) = Tag(end);
            if (field == 1 && wire == 2) name = Text(end);
            else if (field == 2 && wire == 2) Inside(1, End(end), type => Inside(2, type, tensor => Inside(1, tensor, dim => shape.Add(Dimension(dim)))));
            else Skip(wire, end);
        }
        _inputs.Add((name, [.. shape]));
    }

    private long Dimension(long end)
    {
        long value = -1;
        while (_file.Position < end)
        {
            var (field, wire) = Tag(end);
            if (field == 1 && wire == 0) value = (long)Varint(end);
            else Skip(wire, end);
        }
        return value;
    }

    /// <summary>Reads each occurrence of one embedded field up to an end, skipping the others.</summary>
    private void Inside(int wanted, long end, Action<long> read)
    {
        while (_file.Position < end)
        {
            var (field, wire) = Tag(end);
            if (field == wanted && wire == 2) read(End(end));
            else Skip(wire, end);
        }
    }

    private (int Field, int Wire) Tag(long end)
    {
        var tag = Varint(end);
        if (tag >> 3 is 0 or > 536870911) throw NoModel("a field number is impossible");
        return ((int)(tag >> 3), (int)(tag & 7));
    }

    /// <summary>Where the length-delimited field that begins here ends.</summary>
    private long End(long limit)
    {
        var length = Varint(limit);
        if (length > (ulong)(limit - _file.Position)) throw NoModel("it is cut off");
        return _file.Position + (long)length;
    }

    private string Text(long limit)
    {
        var bytes = new byte[Math.Min(End(limit) - _file.Position, 65536)];
        _file.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private void Skip(int wire, long limit)
    {
        switch (wire)
        {
            case 0: Varint(limit); break;
            case 1: Advance(8, limit); break;
            case 2: _file.Position = End(limit); break;
            case 5: Advance(4, limit); break;
            default: throw NoModel("a field has an impossible type");
        }
    }

    private void Advance(int bytes, long limit)
    {
        if (_file.Position + bytes > limit) throw NoModel("it is cut off");
        _file.Position += bytes;
    }

    private ulong Varint(long limit)
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_file.Position >= limit) throw NoModel("it is cut off");
            var next = _file.ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw NoModel("a number is too long");
    }

    private ModelLoadException NoModel(string why) =>
        new(_card.Id, LoadFailure.NotAModel, $"Model '{_card.Id}' ({_card.Path}) is no whole ONNX model: {why} at byte {_file.Position} of {_file.Length}.");
}
