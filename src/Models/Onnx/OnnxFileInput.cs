using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>
/// Reads a model's picture input from its file without loading it: a walk over the protocol buffer's fields (numbers from ONNX's
/// schema) that skips the weights, so that a model that is cut off or no model at all is found before anything is loaded.
/// </summary>
internal sealed class OnnxFileInput
{
    private const int Graph = 7, Initializer = 5, Input = 11, Output = 12, TensorName = 8;

    private readonly ModelCard _card;
    private readonly ProtobufReader _file;
    private readonly List<TensorDescription> _inputs = [];
    private readonly List<TensorDescription> _outputs = [];
    private readonly HashSet<string> _weights = [];
    private bool _hasGraph;

    private OnnxFileInput(ModelCard card, Stream file) => (_card, _file) = (card, new ProtobufReader(file));

    /// <summary>Width and height of the model's picture input in pixels.</summary>
    /// <exception cref="ModelLoadException">The file is no ONNX model, is cut off, or has no input of [N, 3, height, width].</exception>
    public static (int Width, int Height) Read(ModelCard card)
    {
        var (_, shape) = ReadPicture(card);
        return ((int)shape[3], (int)shape[2]);
    }

    /// <summary>Name and shape of the model's picture input; -1 for a batch that is free.</summary>
    /// <exception cref="ModelLoadException">As for <see cref="Read"/>.</exception>
    public static (string Name, long[] Shape) ReadPicture(ModelCard card) => ReadFile(card).Picture();

    /// <summary>What the model takes and gives, as its file declares it; -1 for a dimension that is free.</summary>
    /// <exception cref="ModelLoadException">The file is no ONNX model, or is cut off.</exception>
    public static OnnxTensors ReadTensors(ModelCard card)
    {
        var reader = ReadFile(card);
        return new OnnxTensors([.. reader._inputs.Where(i => !reader._weights.Contains(i.Name))], reader._outputs);
    }

    private static OnnxFileInput ReadFile(ModelCard card)
    {
        using var file = new BufferedStream(File.OpenRead(card.Path), 1 << 14);
        var reader = new OnnxFileInput(card, file);
        try
        {
            reader.ReadModel();
        }
        catch (InvalidDataException e)
        {
            throw new ModelLoadException(card.Id, LoadFailure.NotAModel,
                $"Model '{card.Id}' ({card.Path}) is no whole ONNX model: {e.Message} at byte {reader._file.Position} of {reader._file.Length}.", e);
        }
        return reader;
    }

    /// <summary>A picture input's shape with the height and width that it leaves free taken from the card; what the model fixes otherwise stays as it is.</summary>
    public static long[] Sized(InputSettings input, IReadOnlyList<long> shape) => shape is [var batch, var channels, var height, var width]
        ? [batch, channels, height < 1 && input.Height is { } h ? h : height, width < 1 && input.Width is { } w ? w : width]
        : [.. shape];

    /// <summary>What a card says of its input's size, for people.</summary>
    public static string SizeOf(InputSettings input) => input is { Width: null, Height: null } ? "" : $" (and its card says width {input.Width?.ToString() ?? "auto"}, height {input.Height?.ToString() ?? "auto"})";

    private bool Contradicts(long[] shape) =>
        (_card.Input.Height is { } height && height != shape[2]) || (_card.Input.Width is { } width && width != shape[3]);

    private (string Name, long[] Shape) Picture()
    {
        // Paddle's exports list every weight as an input too.
        var pictures = _inputs.Where(i => !_weights.Contains(i.Name)).ToArray();
        foreach (var (name, _, declared) in pictures)
        {
            var shape = Sized(_card.Input, declared);
            if (shape is not [_, 3, > 0 and <= 16384, > 0 and <= 16384]) continue;
            if (!Contradicts(shape)) return (name, shape);
            throw new ModelLoadException(_card.Id, LoadFailure.WrongShape,
                $"Model '{_card.Id}' ({_card.Path}) has an input of fixed size, {shape[3]}x{shape[2]}{SizeOf(_card.Input)}: leave input.width and input.height out.");
        }
        var found = pictures.Length == 0 ? "none" : string.Join(", ", pictures.Select(i => $"{i.Name} [{string.Join(",", i.Shape.Select(d => d < 0 ? "?" : $"{d}"))}]"));
        throw new ModelLoadException(_card.Id, LoadFailure.WrongShape,
            $"Model '{_card.Id}' ({_card.Path}) has no picture input of [N,3,height,width] with fixed height and width; its inputs: {found}. Where they are free, input {{ width, height }} says them.");
    }

    private void ReadModel()
    {
        Inside(Graph, _file.Length, ReadGraph);
        if (!_hasGraph) throw new InvalidDataException("it has no graph");
    }

    private void ReadGraph(long end)
    {
        _hasGraph = true;
        _file.Fields(end, (field, wire) =>
        {
            if (wire != 2 || field is not (Input or Output or Initializer)) return false;
            var inner = _file.End(end);
            if (field == Initializer) ReadWeight(inner);
            else (field == Input ? _inputs : _outputs).Add(ReadTensor(inner));
            return true;
        });
    }

    private void ReadWeight(long end) => _file.Fields(end, (field, wire) =>
    {
        if (field != TensorName || wire != 2) return false;
        _weights.Add(_file.Text(end));
        return true;
    });

    /// <summary>ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 { dim_value 1, dim_param 2 } } } }.</summary>
    private TensorDescription ReadTensor(long end)
    {
        var name = "";
        TensorElementType? element = null;
        List<long> shape = [];
        _file.Fields(end, (field, wire) =>
        {
            if (wire != 2 || field is not (1 or 2)) return false;
            if (field == 1) name = _file.Text(end);
            else Inside(1, _file.End(end), ReadType);
            return true;
        });
        return new TensorDescription(name, element, shape);

        void ReadType(long type) => _file.Fields(type, (field, wire) =>
        {
            if (field == 1 && wire == 0) element = (TensorElementType)_file.Varint(type);
            else if (field == 2 && wire == 2) Inside(1, _file.End(type), dim => shape.Add(Dimension(dim)));
            else return false;
            return true;
        });
    }

    private long Dimension(long end)
    {
        long value = -1;
        _file.Fields(end, (field, wire) =>
        {
            if (field != 1 || wire != 0) return false;
            value = (long)_file.Varint(end);
            return true;
        });
        return value;
    }

    /// <summary>Reads each occurrence of one embedded field up to an end, skipping the others.</summary>
    private void Inside(int wanted, long end, Action<long> read) => _file.Fields(end, (field, wire) =>
    {
        if (field != wanted || wire != 2) return false;
        read(_file.End(end));
        return true;
    });
}
