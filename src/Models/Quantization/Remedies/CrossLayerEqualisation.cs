using System.Runtime.InteropServices;
using ActorPipeline.Engines.Graph;
using Google.Protobuf;

namespace ActorPipeline.Quantization;

/// <summary>
/// Makes the channels between two layers more alike, so that one scale suits them all: a layer's output channel is divided by a number and the
/// weights that take it are multiplied by it, which changes nothing in floats as long as what lies between is linear, or a Relu
/// (Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019; here with the ranges that calibration saw).
/// </summary>
internal static class CrossLayerEqualisation
{
    // Numbers that hardly ever come would be told apart for nothing.
    private const float MostTimes = 1e3f;

    /// <summary>The values between layers whose channels can be made alike.</summary>
    /// <param name="view">A float graph.</param>
    public static IReadOnlyList<EqualisablePair> PairsOf(GraphView view)
    {
        var layers = Layer.AllOf(view);
        var byOutput = layers.ToDictionary(l => l.Output, StringComparer.Ordinal);
        return [.. layers.Select(l => PairOf(l, view, byOutput)).OfType<EqualisablePair>()];
    }

    /// <summary>Makes channels alike.</summary>
    /// <param name="original">The float model; it is not changed.</param>
    /// <param name="pairs">Of its graph.</param>
    /// <param name="largest">The largest magnitude of each channel of a pair's value, as the layers behind take it.</param>
    public static ModelProto Apply(ModelProto original, IReadOnlyList<EqualisablePair> pairs, Func<string, IReadOnlyList<float>> largest)
    {
        var model = original.Clone();
        var constants = model.Graph.Initializer.ToDictionary(i => i.Name, StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var times = Times(pair, largest(pair.Value), constants);
            Scale(constants[pair.First.Node.Input[1]], pair.First.Axis, t => 1 / times[t]);
            if (pair.First.Bias is not null) Scale(constants[pair.First.Node.Input[2]], 0, t => 1 / times[t]);
            foreach (var taker in pair.Takers) Scale(constants[taker.Node.Input[1]], InputAxis(taker), t => times[t]);
        }
        return model;
    }

    private static EqualisablePair? PairOf(Layer first, GraphView view, Dictionary<string, Layer> byOutput)
    {
        if (first.Node.OpType != "Conv" || !Owns(first, view)) return null;
        var value = first.Output;
        List<string> between = [value];
        while (view.OnlyUserOf(value) is { OpType: "Relu" or "MaxPool" or "AveragePool" or "GlobalAveragePool", Output.Count: 1 } passes)
        {
            value = passes.Output[0];
            between.Add(value);
        }
        var users = view.UsersOf(value);
        if (users.Count == 0 || view.IsOutput(value)) return null;
        var takers = users.Select(u => byOutput.GetValueOrDefault(u.Output[0])).OfType<Layer>().Where(l => l.Node.Input[0] == value && TakesChannels(l, first.Channels) && Owns(l, view)).ToArray();
        return takers.Length == users.Count ? new EqualisablePair(first, takers, value, between) : null;
    }

    private static bool TakesChannels(Layer layer, int channels) =>
        layer.Node.OpType == "Conv" && (layer.IsDepthwise ? layer.Channels == channels : layer.Node.Int("group", 1) == 1 && layer.Weights.Dims[1] == channels);

    /// <summary>Whether nobody else uses a layer's constants.</summary>
    private static bool Owns(Layer layer, GraphView view) => layer.Node.Input.Skip(1).Where(i => i.Length > 0).All(i => view.UsersOf(i).Count == 1 && view.Graph.Initializer.Any(c => c.Name == i));

    private static int InputAxis(Layer taker) => taker.IsDepthwise ? 0 : 1;

    private static float[] Times(EqualisablePair pair, IReadOnlyList<float> largest, Dictionary<string, TensorProto> constants)
    {
        // Depthwise weights have a scale for each channel anyway: there the activations get it all.
        var free = pair.Takers.All(t => t.IsDepthwise);
        var weights = new float[largest.Count];
        foreach (var taker in pair.Takers.Where(t => !t.IsDepthwise)) Most(constants[taker.Node.Input[1]], InputAxis(taker), weights);
        var times = largest.Select((a, c) => a <= 0 || (!free && weights[c] <= 0) ? 0 : free ? a : MathF.Sqrt(a / weights[c])).ToArray();
        var used = times.Where(t => t > 0).ToArray();
        if (used.Length == 0) return [.. times.Select(_ => 1f)];
        // Relative to their middle, so that the numbers stay about as large as they were.
        var middle = MathF.Exp(used.Average(MathF.Log));
        return [.. times.Select(t => t > 0 ? Math.Clamp(t / middle, 1 / MostTimes, MostTimes) : 1)];
    }

    private static void Most(TensorProto tensor, int axis, float[] most)
    {
        var values = tensor.Floats()!;
        var inner = (int)tensor.Dims.Skip(axis + 1).Aggregate(1L, (product, d) => product * d);
        for (var i = 0; i < values.Length; i++)
        {
            ref var m = ref most[i / inner % most.Length];
            m = Math.Max(m, Math.Abs(values[i]));
        }
    }

    private static void Scale(TensorProto tensor, int axis, Func<int, float> by)
    {
        var values = tensor.Floats()!;
        var inner = (int)tensor.Dims.Skip(axis + 1).Aggregate(1L, (product, d) => product * d);
        for (var i = 0; i < values.Length; i++) values[i] *= by(i / inner % (int)tensor.Dims[axis]);
        tensor.FloatData.Clear();
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
