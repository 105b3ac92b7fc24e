using System.Runtime.InteropServices;
using ActorPipeline.Engines.Graph;
using Google.Protobuf;

namespace ActorPipeline.Quantization;

/// <summary>Weights as signed integers with a scale for each output channel.</summary>
/// <param name="Values">In the order of the floats.</param>
/// <param name="Scales">One for each channel.</param>
internal sealed record QuantisedWeights(sbyte[] Values, float[] Scales)
{
    // An int32 that is added to a sum of products: half of its range is left for the sum.
    private const double MostBias = int.MaxValue / 2;

    /// <summary>Quantises symmetrically.</summary>
    /// <param name="weights">The floats.</param>
    /// <param name="dims">Their dimensions.</param>
    /// <param name="axis">Which of them counts channels.</param>
    /// <param name="bias">One for each channel, which has to fit an integer of the scale <c>input x weight</c>; null for none.</param>
    /// <param name="inputScale">The scale of what they are multiplied with.</param>
    public static QuantisedWeights Of(ReadOnlySpan<float> weights, IReadOnlyList<long> dims, int axis, float[]? bias, float inputScale)
    {
        var channels = (int)dims[axis];
        var inner = (int)dims.Skip(axis + 1).Aggregate(1L, (product, d) => product * d);
        var largest = new float[channels];
        for (var i = 0; i < weights.Length; i++)
        {
            ref var most = ref largest[i / inner % channels];
            most = Math.Max(most, Math.Abs(weights[i]));
        }
        var each = new Affine[channels];
        for (var c = 0; c < channels; c++)
        {
            each[c] = Affine.Symmetric(largest[c]);
            // A bias far larger than what its weights make: then they are told apart more coarsely.
            if (bias is not null && Math.Abs(bias[c]) / ((double)inputScale * each[c].Scale) is var steps && steps > MostBias)
                each[c] = each[c] with { Scale = (float)(each[c].Scale * steps / MostBias) };
        }
        var values = new sbyte[weights.Length];
        for (var i = 0; i < weights.Length; i++) values[i] = (sbyte)Math.Max(-127, each[i / inner % channels].Quantise(weights[i]));
        return new QuantisedWeights(values, [.. each.Select(a => a.Scale)]);
    }

    /// <summary>As a tensor of the format.</summary>
    public TensorProto Tensor(string name, IEnumerable<long> dims) =>
        new() { Name = name, DataType = Tensors.Int8, Dims = { dims }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(Values.AsSpan())) };

    /// <summary>A bias in integers of the scale <c>input x weight</c> of its channel.</summary>
    public TensorProto Bias(string name, float[] bias, float inputScale)
    {
        var values = new int[bias.Length];
        for (var c = 0; c < bias.Length; c++)
            values[c] = (int)Math.Clamp(Math.Round((double)bias[c] / ((double)inputScale * Scales[c]), MidpointRounding.ToEven), int.MinValue, int.MaxValue);
        return new TensorProto { Name = name, DataType = Tensors.Int32, Dims = { (long)bias.Length }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
    }
}
