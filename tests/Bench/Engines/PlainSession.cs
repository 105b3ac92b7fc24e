using System.Diagnostics;
using ActorPipeline.Catalog;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Bench.Engines;

/// <summary>A model as exported in ONNX Runtime as it comes, but for one thread, with tensors bound once.</summary>
internal sealed class PlainSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _values = [];

    public PlainSession(ModelCard card)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _session = new InferenceSession(card.Path, options);
        _binding = _session.CreateIoBinding();
        foreach (var (name, tensor) in _session.InputMetadata) _binding.BindInput(name, Value(tensor, noise: true));
        foreach (var (name, tensor) in _session.OutputMetadata) _binding.BindOutput(name, Value(tensor, noise: false));
    }

    /// <summary>The time that half of so many runs stay below, in milliseconds.</summary>
    public double Run(int runs) => Timed.Median(runs, () => _session.RunWithBinding(_options, _binding));

    public void Dispose()
    {
        _binding.Dispose();
        foreach (var value in _values) value.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private OrtValue Value(NodeMetadata tensor, bool noise)
    {
        var shape = tensor.Dimensions.Select(d => (long)Math.Max(1, d)).ToArray();
        var floats = new float[shape.Aggregate(1L, (product, d) => product * d)];
        var random = new Random(1);
        if (noise) foreach (ref var value in floats.AsSpan()) value = (random.NextSingle() * 2) - 1;
        var made = OrtValue.CreateTensorValueFromMemory(floats, shape);
        _values.Add(made);
        return made;
    }
}

/// <summary>Times runs.</summary>
internal static class Timed
{
    /// <summary>The time that half of so many runs stay below, in milliseconds.</summary>
    public static double Median(int runs, Action run)
    {
        var times = new double[runs];
        for (var i = 0; i < runs; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return Statistics.Median(times);
    }
}
