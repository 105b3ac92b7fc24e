using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>Compares two sessions of one model by what they give for one made-up input.</summary>
internal static class PreparedCheck
{
    // The same sums in another order differ in their last digits; a layout taken wrongly gives other numbers altogether.
    private const float Tolerance = 1e-3f;

    // 3 x 8192 x 8192 is the largest picture that any model may take.
    private const int LargestInput = 3 << 26;

    /// <summary>All outputs for a fixed noise between -1 and 1; free dimensions are taken as 1.</summary>
    /// <exception cref="InvalidDataException">An input or output is no tensor of floats, or an input is absurdly large.</exception>
    public static IReadOnlyList<float[]> Run(InferenceSession session)
    {
        if (session.InputMetadata.Values.Concat(session.OutputMetadata.Values).Any(t => !t.IsTensor || t.ElementDataType != TensorElementType.Float))
            throw new InvalidDataException("its inputs and outputs are not all tensors of floats");
        var noise = new Random(20260101);
        var inputs = session.InputMetadata.ToDictionary(i => i.Key, i => Noise(noise, i.Value));
        using var options = new RunOptions();
        try
        {
            using var outputs = session.Run(options, inputs, session.OutputNames);
            return [.. outputs.Select(o => o.GetTensorDataAsSpan<float>().ToArray())];
        }
        finally
        {
            foreach (var input in inputs.Values) input.Dispose();
        }
    }

    /// <summary>Makes sure that both gave the same, but for rounding.</summary>
    /// <exception cref="InvalidDataException">They differ.</exception>
    public static void RequireSame(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> found)
    {
        if (expected.Count != found.Count) throw new InvalidDataException($"prepared it has {found.Count} outputs instead of {expected.Count}");
        for (var i = 0; i < expected.Count; i++)
        {
            if (expected[i].Length != found[i].Length) throw new InvalidDataException($"prepared its output {i} has {found[i].Length} numbers instead of {expected[i].Length}");
            var allowed = Tolerance * (1e-3f + expected[i].Where(float.IsFinite).Select(MathF.Abs).DefaultIfEmpty().Max());
            for (var j = 0; j < expected[i].Length; j++)
            {
                // Equals holds for NaN and infinities too.
                if (expected[i][j].Equals(found[i][j]) || MathF.Abs(expected[i][j] - found[i][j]) <= allowed) continue;
                throw new InvalidDataException($"prepared its output {i} is {found[i][j]} at {j} instead of {expected[i][j]}");
            }
        }
    }

    private static OrtValue Noise(Random noise, NodeMetadata input)
    {
        var shape = input.Dimensions.Select(d => (long)Math.Max(1, d)).ToArray();
        var length = shape.Aggregate(1.0, (product, d) => product * d);
        if (length > LargestInput) throw new InvalidDataException($"its input [{string.Join(",", shape)}] is too large to try it with");
        var values = new float[(int)length];
        for (var i = 0; i < values.Length; i++) values[i] = (noise.NextSingle() * 2) - 1;
        return OrtValue.CreateTensorValueFromMemory(values, shape);
    }
}
