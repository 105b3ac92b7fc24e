using System.Globalization;
using ActorPipeline.Engines.Graph;
using Google.Protobuf;

namespace ActorPipeline.Quantization;

/// <summary>Makes the nodes in Q/DQ form, and the constants they need, each of them once.</summary>
/// <param name="graph">Gets the constants.</param>
internal sealed class QdqNodes(GraphProto graph)
{
    private readonly NewInputs _names = new(graph);
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);

    /// <summary>The graph's nodes, in order.</summary>
    public List<NodeProto> All { get; } = [];

    /// <summary>A name that nothing has.</summary>
    public string Name(string wanted) => _names.Name(wanted);

    /// <summary>Adds a constant.</summary>
    /// <returns>Its name.</returns>
    public string Constant(TensorProto tensor) => _names.Add(tensor);

    /// <summary>Floats to integers.</summary>
    /// <returns>The integers' name.</returns>
    public string Quantise(string value, string named, Affine affine)
    {
        var result = Name($"{named}_quantized");
        All.Add(Nodes.Make("QuantizeLinear", Name($"{named}_QuantizeLinear"), [value, Scale(affine.Scale), Zero(affine)], result));
        return result;
    }

    /// <summary>Integers to floats.</summary>
    /// <param name="integers">The integers.</param>
    /// <param name="named">What they are of.</param>
    /// <param name="affine">How they stand for floats.</param>
    /// <param name="into">The floats' name; null for one like <paramref name="named"/>.</param>
    /// <returns>The floats' name.</returns>
    public string Dequantise(string integers, string named, Affine affine, string? into = null)
    {
        into ??= Name($"{named}_dequantized");
        All.Add(Nodes.Make("DequantizeLinear", Name($"{named}_DequantizeLinear"), [integers, Scale(affine.Scale), Zero(affine)], into));
        return into;
    }

    /// <summary>The smaller of integers and one of them.</summary>
    public string Min(string integers, string named, int most)
    {
        var bound = Once($"most {most}", $"at_most_{most}", name => new TensorProto { Name = name, DataType = Tensors.UInt8, RawData = ByteString.CopyFrom((byte)most) });
        var result = Name($"{named}_gate");
        All.Add(Nodes.Make("Min", Name($"{named}_Min"), [integers, bound], result));
        return result;
    }

    /// <summary>Weights of a layer, with a scale for each output, as the floats it takes.</summary>
    public string Weights(Layer layer, QuantisedWeights weights)
    {
        var name = layer.Node.Input[1];
        var integers = Constant(weights.Tensor($"{name}_quantized", layer.Weights.Dims));
        var scales = Constant(Tensors.Of($"{name}_scale", weights.Scales, weights.Scales.Length));
        var zeros = Once($"zeros {weights.Scales.Length}", $"zeros_{weights.Scales.Length}",
            n => new TensorProto { Name = n, DataType = Tensors.Int8, Dims = { (long)weights.Scales.Length }, RawData = ByteString.CopyFrom(new byte[weights.Scales.Length]) });
        var into = Name($"{name}_dequantized");
        All.Add(Nodes.Make("DequantizeLinear", Name($"{name}_DequantizeLinear"), [integers, scales, zeros], into, Nodes.Attribute("axis", layer.Axis)));
        return into;
    }

    /// <summary>A bias as 32-bit integers of the scale that sums of products have, as the floats a layer takes.</summary>
    public string Bias(Layer layer, QuantisedWeights weights, float[] bias, float inputScale)
    {
        var name = layer.Node.In(2).Length > 0 ? layer.Node.Input[2] : $"{layer.Output}_bias";
        var integers = Constant(weights.Bias($"{name}_quantized", bias, inputScale));
        var scales = Constant(Tensors.Of($"{name}_scale", [.. weights.Scales.Select(s => s * inputScale)], bias.Length));
        var into = Name($"{name}_dequantized");
        All.Add(Nodes.Make("DequantizeLinear", Name($"{name}_DequantizeLinear"), [integers, scales], into, Nodes.Attribute("axis", 0L)));
        return into;
    }

    /// <summary>Adds a layer with another bias than its own, in floats.</summary>
    public void AddBiased(NodeProto node, float[] bias)
    {
        var constant = Constant(Tensors.Of($"{node.Output[0]}_bias", bias, bias.Length));
        if (node.Input.Count > 2) node.Input[2] = constant;
        else node.Input.Add(constant);
        All.Add(node);
    }

    private string Scale(float scale) => Once(string.Create(CultureInfo.InvariantCulture, $"scale {scale:R}"), "scale", name => Tensors.Of(name, [scale]));

    private string Zero(Affine affine) => Once($"zero {affine.Zero} {affine.Signed}", $"zero_{affine.Zero}",
        name => new TensorProto { Name = name, DataType = affine.Type, RawData = ByteString.CopyFrom((byte)affine.Zero) });

    private string Once(string key, string name, Func<string, TensorProto> make)
    {
        if (!_constants.TryGetValue(key, out var constant)) _constants[key] = constant = Constant(make(name));
        return constant;
    }
}
