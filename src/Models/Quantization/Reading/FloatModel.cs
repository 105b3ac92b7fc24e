using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Quantization;

/// <summary>Reads a float model and brings it into the form that is quantised: rewritten as for an engine, of operators that know scales for each channel, and with batch normalisations folded into convolutions.</summary>
internal static class FloatModel
{
    /// <summary>The first version of ONNX's operators whose DequantizeLinear takes a scale for each channel.</summary>
    public const long LowestOpset = 13;

    private const int Float16 = 10, BFloat16 = 16;

    /// <summary>Reads and prepares a model.</summary>
    /// <exception cref="QuantizationException">It cannot be read, or is none that can be quantised.</exception>
    public static ModelProto Read(ModelCard card)
    {
        ModelProto model;
        try
        {
            model = GraphFile.Read(card.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new QuantizationException($"The model {card.Path} cannot be read: {e.Message}", e);
        }
        if (Against(model) is { } why) throw Refused(card, why);
        var prepared = GraphPreparation.Prepare(model).Model;
        if (OpsetRaise.VersionOf(prepared) < LowestOpset && !OpsetRaise.TryRaise(prepared, LowestOpset + 1, out var not))
            throw Refused(card, $"its operators are of version {OpsetRaise.VersionOf(prepared)}, scales for each channel need {LowestOpset}, and it cannot be raised: {not}");
        if (Layer.AllOf(new GraphView(prepared.Graph)).Count == 0) throw Refused(card, "it has no convolution or matrix product with constant weights of 32-bit floats");
        new FoldBatchNormalization().Apply(prepared);
        NameLayers(prepared.Graph);
        return prepared;
    }

    /// <summary>Why a model cannot be quantised; null where it can.</summary>
    private static string? Against(ModelProto model)
    {
        if (model.Graph.Node.FirstOrDefault(IsQuantised) is { } quantised) return $"it is quantised already ({quantised.OpType}); take the float model it was made from";
        if (GraphLimits.Against(model) is { } limit) return limit;
        if (model.Graph.Initializer.FirstOrDefault(i => i.DataType is Float16 or BFloat16) is { } half)
            return $"its weights ('{half.Name}') are 16-bit floats; take the 32-bit model it was made from";
        var constants = model.Graph.Initializer.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = model.Graph.Input.Where(i => !constants.Contains(i.Name)).ToArray();
        if (inputs is not [var input]) return $"it takes {inputs.Length} inputs; expected one picture";
        var dims = input.Type?.TensorType?.Shape?.Dim;
        return dims is [_, { DimValue: 3 }, { DimValue: > 0 }, { DimValue: > 0 }] ? null
            : $"its input '{input.Name}' has no fixed height and width; expected one picture [N,3,H,W], exported for one size";
    }

    private static bool IsQuantised(NodeProto node) =>
        node.OpType is "QuantizeLinear" or "DequantizeLinear" or "QGemm" or "MatMulIntegerToFloat" || node.OpType.StartsWith("QLinear", StringComparison.Ordinal)
        || node.OpType.StartsWith("DynamicQuantize", StringComparison.Ordinal) || node.OpType.EndsWith("Integer", StringComparison.Ordinal);

    /// <summary>Each layer gets a name of its own, by which profiles name its kernel.</summary>
    private static void NameLayers(GraphProto graph)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in Layer.AllOf(new GraphView(graph)))
        {
            if (layer.Node.Name.Length > 0 && taken.Add(layer.Node.Name)) continue;
            var name = layer.Node.Name.Length > 0 ? layer.Node.Name : layer.Output;
            for (var i = 1; !taken.Add(layer.Node.Name = i == 1 ? name : $"{name}_{i}"); i++)
            {
            }
        }
    }

    private static QuantizationException Refused(ModelCard card, string why) => new($"The model {card.Path} cannot be quantised: {why}.");
}
