using ActorPipeline.Catalog;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Vision;
using Microsoft.ML.OnnxRuntime.Tensors;
using OpenCvSharp;

namespace ActorPipeline.Engines;

/// <summary>
/// Tries sessions on the same inputs and compares what they give: noise, and a picture prepared as the card says; a classifier whose batch is
/// free also on two at once.
/// </summary>
internal static unsafe class EngineCheck
{
    /// <summary>
    /// The largest difference that an engine for the processor may have, over the largest number of that output. The same sums in another order differ in
    /// their last digits; a layout taken wrongly gives other numbers altogether.
    /// </summary>
    public const double Bound = 1e-3;

    // 3 x 8192 x 8192 is the largest picture that any model may take.
    private const int LargestTensor = 3 << 26;

    /// <summary>For each input that is tried all outputs; free dimensions are taken as 1.</summary>
    /// <param name="session">The session.</param>
    /// <param name="settings">How its card has pictures prepared.</param>
    /// <param name="batches">Whether two at once are tried as well, where the session's batch is free.</param>
    /// <exception cref="InvalidDataException">An input is no tensor of floats, an output none of numbers, or one is absurdly large.</exception>
    /// <exception cref="OnnxCallException">A run failed.</exception>
    public static IReadOnlyList<IReadOnlyList<float[]>> Run(INativeSession session, InputSettings settings, bool batches = false)
    {
        var given = Run(session, settings, 1);
        if (batches && session.Inputs.Concat(session.Outputs).All(tensor => tensor.Shape is [-1, ..])) given.AddRange(Run(session, settings, 2));
        return given;
    }

    private static List<IReadOnlyList<float[]>> Run(INativeSession session, InputSettings settings, int batch)
    {
        var tensors = new List<INativeTensor>();
        try
        {
            foreach (var description in session.Inputs) tensors.Add(session.Allocate(Spec(description, batch, description.Type == TensorElementType.Float)));
            foreach (var description in session.Outputs) tensors.Add(session.Allocate(Spec(description, batch, TensorSpec.IsRead(description.Type))));
            var inputs = tensors.GetRange(0, session.Inputs.Count);
            var outputs = tensors.GetRange(inputs.Count, session.Outputs.Count);
            using var binding = session.Bind(inputs, outputs);
            var given = new List<IReadOnlyList<float[]>>();
            FillNoise(inputs);
            RunOnce(binding, outputs, given);
            if (inputs is [{ Spec.Shape: [1, 3, _, _] } picture])
            {
                FillPicture(picture, settings);
                RunOnce(binding, outputs, given);
            }
            return given;
        }
        finally
        {
            foreach (var tensor in tensors) tensor.Dispose();
        }
    }

    /// <summary>The largest difference of any two numbers of the inputs that were tried on both, over the largest number of its output.</summary>
    /// <param name="expected">What the model gave.</param>
    /// <param name="found">What the engine gave.</param>
    /// <param name="bound">The largest difference that is rounding.</param>
    /// <exception cref="InvalidDataException">They are not of one shape, or differ by more.</exception>
    public static double Compare(IReadOnlyList<IReadOnlyList<float[]>> expected, IReadOnlyList<IReadOnlyList<float[]>> found, double bound) =>
        expected.Zip(found, (e, f) => Compare(e, f, bound)).DefaultIfEmpty().Max();

    /// <summary>What a card's model gives on its own; for a merged card what its models give, one behind the other.</summary>
    /// <param name="card">The model.</param>
    /// <param name="open">Opens a session on a model's file.</param>
    public static IReadOnlyList<IReadOnlyList<float[]>> Expected(ModelCard card, Func<string, INativeSession> open)
    {
        if (card.Merged.Count == 0) return Given(card);
        var each = card.Merged.Select(Given).ToArray();
        return [.. Enumerable.Range(0, each.Min(g => g.Count)).Select(trial => (IReadOnlyList<float[]>)[.. each.SelectMany(g => g[trial])])];

        IReadOnlyList<IReadOnlyList<float[]>> Given(ModelCard model)
        {
            using var session = open(model.Path);
            try
            {
                return Run(session, card.Input, batches: !card.IsDetector);
            }
            catch (OnnxCallException) when (!card.IsDetector)
            {
                // A batch that is called free and is not: then the engine need not take two either.
                return Run(session, card.Input);
            }
        }
    }

    /// <summary>What an engine gives on what its model was tried on.</summary>
    public static IReadOnlyList<IReadOnlyList<float[]>> RunLike(IReadOnlyList<IReadOnlyList<float[]>> expected, INativeSession session, InputSettings settings) =>
        Run(session, settings, batches: expected.Count > 2);

    private static double Compare(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> found, double bound)
    {
        if (expected.Count != found.Count) throw new InvalidDataException($"it gives {found.Count} outputs instead of {expected.Count}");
        var largest = 0.0;
        for (var i = 0; i < expected.Count; i++)
        {
            var difference = Compare(expected[i], found[i], i);
            if (difference > bound) throw new InvalidDataException($"its output {i} differs by {difference:0.0000} of the largest number; at most {bound} is rounding");
            largest = Math.Max(largest, difference);
        }
        return largest;
    }

    private static double Compare(float[] expected, float[] found, int output)
    {
        if (expected.Length != found.Length) throw new InvalidDataException($"its output {output} has {found.Length} numbers instead of {expected.Length}");
        var scale = expected.Where(float.IsFinite).Select(MathF.Abs).DefaultIfEmpty().Max() + 1e-6;
        var largest = 0.0;
        for (var j = 0; j < expected.Length; j++)
        {
            // Equals holds for NaN and infinities too; where only one of them is one, the difference is none that a number can bound.
            if (expected[j].Equals(found[j])) continue;
            var difference = Math.Abs((double)expected[j] - found[j]) / scale;
            largest = double.IsFinite(difference) ? Math.Max(largest, difference) : double.PositiveInfinity;
        }
        return largest;
    }

    private static void RunOnce(INativeBinding binding, List<INativeTensor> outputs, List<IReadOnlyList<float[]>> given)
    {
        binding.Run();
        given.Add([.. outputs.Select(Numbers)]);
    }

    private static void FillNoise(List<INativeTensor> inputs)
    {
        var noise = new Random(20260101);
        foreach (var input in inputs)
            foreach (ref var value in Floats(input)) value = (noise.NextSingle() * 2) - 1;
    }

    /// <summary>A frame of the demo's film, laid out as frames of a camera are.</summary>
    private static void FillPicture(INativeTensor input, InputSettings settings)
    {
        using var stream = typeof(EngineCheck).Assembly.GetManifestResourceStream("check.jpg")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        using var picture = Cv2.ImDecode(bytes, ImreadModes.Color);
        using var fit = new PictureInput((int)input.Spec.Shape[3], (int)input.Spec.Shape[2], settings, (float*)input.Data);
        fit.Fill(new ImageView(picture.Data, picture.Width, picture.Height, (int)picture.Step()));
    }

    private static Span<float> Floats(INativeTensor tensor) => new((void*)tensor.Data, tensor.Spec.Length);

    private static float[] Numbers(INativeTensor tensor)
    {
        var numbers = new float[tensor.Spec.Length];
        tensor.CopyTo(numbers);
        return numbers;
    }

    private static TensorSpec Spec(TensorDescription tensor, int batch, bool isRead)
    {
        if (!isRead) throw new InvalidDataException($"its tensor {tensor} is not of floats, nor an output of whole numbers");
        var shape = tensor.Shape.Select((d, i) => d > 0 ? d : i == 0 ? batch : 1).ToArray();
        if (shape.Aggregate(1.0, (product, d) => product * d) > LargestTensor) throw new InvalidDataException($"its tensor {tensor.Name} [{string.Join(",", shape)}] is too large to try it with");
        return new TensorSpec(tensor.Name, shape) { Type = tensor.Type!.Value };
    }
}
