using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Onnx;

/// <summary>Compares two sessions of one model by what they give for one made-up input.</summary>
internal static unsafe class PreparedCheck
{
    // The same sums in another order differ in their last digits; a layout taken wrongly gives other numbers altogether.
    private const float Tolerance = 1e-3f;

    // 3 x 8192 x 8192 is the largest picture that any model may take.
    private const int LargestInput = 3 << 26;

    /// <summary>All outputs for a fixed noise between -1 and 1; free dimensions are taken as 1.</summary>
    /// <exception cref="InvalidDataException">An input or output is no tensor of floats, or is absurdly large.</exception>
    public static IReadOnlyList<float[]> Run(INativeSession session)
    {
        var noise = new Random(20260101);
        var tensors = new List<INativeTensor>();
        try
        {
            foreach (var description in session.Inputs.Concat(session.Outputs)) tensors.Add(session.Allocate(Spec(description)));
            var inputs = tensors.GetRange(0, session.Inputs.Count);
            var outputs = tensors.GetRange(inputs.Count, session.Outputs.Count);
            foreach (var input in inputs)
                foreach (ref var value in Floats(input)) value = (noise.NextSingle() * 2) - 1;
            using var binding = session.Bind(inputs, outputs);
            binding.Run();
            return [.. outputs.Select(o => Floats(o).ToArray())];
        }
        finally
        {
            foreach (var tensor in tensors) tensor.Dispose();
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

    private static Span<float> Floats(INativeTensor tensor) => new((void*)tensor.Data, tensor.Spec.Length);

    private static TensorSpec Spec(TensorDescription tensor)
    {
        if (tensor.Type != TensorElementType.Float) throw new InvalidDataException("its inputs and outputs are not all tensors of floats");
        var shape = tensor.Shape.Select(d => Math.Max(1, d)).ToArray();
        if (shape.Aggregate(1.0, (product, d) => product * d) > LargestInput) throw new InvalidDataException($"its tensor {tensor.Name} [{string.Join(",", shape)}] is too large to try it with");
        return new TensorSpec(tensor.Name, shape);
    }
}
