using ActorPipeline.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Engines.Graph;

/// <summary>Runs models in ONNX Runtime and compares what they give.</summary>
internal static class SameFunction
{
    /// <summary>Asserts that two models give the same for the same noise, and other things for other noise.</summary>
    public static void Assert(ModelProto expected, ModelProto found, int seed = 1, double tolerance = 1e-5) =>
        AssertClose(Run(expected, Noise(seed)), Run(found, Noise(seed)), tolerance);

    /// <summary>Numbers between -4 and 4, so that both bounds of a gate are met.</summary>
    public static Func<int, float[]> Noise(int seed) => count =>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 8) - 4)];
    };

    /// <summary>Differences in relation to the largest number of each output.</summary>
    public static void AssertClose(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> found, double tolerance)
    {
        Xunit.Assert.Equal(expected.Count, found.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            Xunit.Assert.Equal(expected[i].Length, found[i].Length);
            var largest = expected[i].Select(MathF.Abs).DefaultIfEmpty().Max();
            Xunit.Assert.True(float.IsFinite(largest), $"output {i} of the original is not finite");
            var difference = expected[i].Zip(found[i], (e, f) => MathF.Abs(e - f)).DefaultIfEmpty().Max();
            Xunit.Assert.True(difference <= tolerance * (largest + 1e-6), $"output {i} differs by {difference}; its largest number is {largest}");
        }
    }

    /// <summary>All outputs; free dimensions are taken as 1.</summary>
    public static IReadOnlyList<float[]> Run(ModelProto model, Func<int, float[]> input)
    {
        OnnxEnvironment.Ensure(TinyOnnx.Card("made"), null);
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model.ToByteArray(), options);
        var inputs = session.InputMetadata.ToDictionary(i => i.Key, i => Tensor(i.Value, input));
        using var run = new RunOptions();
        try
        {
            using var outputs = session.Run(run, inputs, session.OutputNames);
            return [.. outputs.Select(Read)];
        }
        finally
        {
            foreach (var value in inputs.Values) value.Dispose();
        }
    }

    private static OrtValue Tensor(NodeMetadata metadata, Func<int, float[]> input)
    {
        var shape = metadata.Dimensions.Select(d => (long)Math.Max(1, d)).ToArray();
        var values = input((int)shape.Aggregate(1L, (p, d) => p * d));
        return metadata.ElementDataType == TensorElementType.Float16
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => (Float16)v), shape)
            : OrtValue.CreateTensorValueFromMemory(values, shape);
    }

    private static float[] Read(OrtValue output) => output.GetTensorTypeAndShape().ElementDataType == TensorElementType.Float16
        ? [.. output.GetTensorDataAsSpan<Float16>().ToArray().Select(v => (float)v)]
        : output.GetTensorDataAsSpan<float>().ToArray();
}
