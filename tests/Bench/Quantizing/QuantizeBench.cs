using System.Globalization;
using ActorPipeline.Bench.Memory;
using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Hosting;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Quantization;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Quantizing;

/// <summary>
/// <c>quantize</c>: what the quantiser says it gained and lost, model by model, what quantising PicoDet-S takes, and how long its engine
/// takes to load. Shares of run time are the gate's own: the finished model over the float model's rewritten graph, one thread.
/// </summary>
internal static class QuantizeBench
{
    private const double Mega = 1e6;
    private const double MostSeconds = 180;
    private const double MostMegabytes = 500;
    private const double MostLoadMs = 40;
    private const int Loads = 40;

    /// <summary>Runs it.</summary>
    /// <param name="only">Models; empty for all.</param>
    public static BenchReport Run(IReadOnlyCollection<string> only)
    {
        OpenCvRuntime.EnsureLoaded();
        var report = new BenchReport("quantize");
        var folder = Directory.CreateTempSubdirectory("actorpipeline-quantize-bench-");
        try
        {
            foreach (var model in QuantizeCase.All(folder.FullName).Where(c => only.Count == 0 || only.Contains(c.Name)))
            {
                var (found, peak) = QuantiserProcess.Run(model.Request);
                AddFindings(report, model, found);
                if (model.Name != QuantizeCase.PicoDet) continue;
                report.AddAtMost($"{model.Name}_seconds", found.Seconds, MostSeconds, $"to quantise it: {found.CalibrationPictures} pictures, {model.Request.Methods.Count} methods")
                    .AddAtMost($"{model.Name}_peak_mb", peak.Count / Mega, MostMegabytes, "the kernel's peak of the process that did, all of it");
                if (found.Output is { } path) AddLoads(report, model, path, Path.Combine(folder.FullName, "engines"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return report;
    }

    private static void AddFindings(BenchReport report, QuantizeCase model, QuantizationReport found)
    {
        var name = model.Name;
        foreach (var refusal in found.Refusals) report.Note(name, $"refused: {refusal}");
        if (found.Gain is not { RunShare: { } share } gain || found.Accuracy is not { } accuracy) return;
        var quantised = found.Layers.Count(l => l.Quantised);
        report.AddAtMost($"{name}_file_share", gain.FileShare, model.FileBound, $"the quantised file over the float one, {gain.QuantisedBytes} of {gain.FloatBytes} bytes")
            .AddAtMost($"{name}_run_share", share, model.RunBound, $"a run over the float engine's, {Text(gain.QuantisedMilliseconds)} of {Text(gain.FloatMilliseconds)} ms");
        var what = $"{accuracy.Metric} {Text(accuracy.Float)} to {Text(accuracy.Quantised)}, 95 % of the loss {Text(accuracy.Low)} to {Text(accuracy.High)}; {accuracy.Pictures} pictures, says what the float model says on {Text(accuracy.Agreement)} %";
        report.AddAtMost($"{name}_loss", accuracy.Loss, model.Request.MaxLoss, what);
        report.Add($"{name}_layers", quantised, $"layers in integers, of {found.Layers.Count}; ranges by {found.Method?.ToString().ToLowerInvariant()}");
    }

    private static void AddLoads(BenchReport report, QuantizeCase model, string path, string cache)
    {
        var card = model.Request.Card with { Path = path };
        var runtime = ActorPipelineParts.ProductRuntime(Console.Error.WriteLine, new EngineSettings { Folder = cache });
        var built = runtime.Build(card, CancellationToken.None);
        if (built.Use == EngineUse.None) throw new InvalidOperationException($"{path} has no engine: {built.Why}");
        using var rig = new ModelRig();
        var plain = new OnnxModelRuntime(arena: true);
        List<double> times = [], without = [];
        for (var i = 0; i <= Loads; i++)
        {
            var (engine, file) = (LoadOnce(rig, runtime, card), LoadOnce(rig, plain, card));
            // The first of each reads files and compiles code.
            if (i == 0) continue;
            times.Add(engine);
            without.Add(file);
        }
        report.AddAtMost($"{model.Name}_load_ms", times, MostLoadMs, "load of its engine, as the product does")
            .Add($"{model.Name}_load_without_ms", without, "load of the quantised file itself, which optimises it each time; in turn");
    }

    private static double LoadOnce(ModelRig rig, IModelRuntime runtime, ModelCard card)
    {
        var (model, milliseconds) = rig.Load(runtime, card);
        rig.Unload(model);
        return milliseconds;
    }

    private static string Text(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "?";
}
