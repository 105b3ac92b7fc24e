using System.Text.Json;
using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Accuracy;

/// <summary><c>accuracy</c>: mAP of PicoDet-S on <c>coco_cc/val</c>, through the product's own session, resize and decoder.</summary>
internal static class AccuracyBench
{
    /// <summary>Low, because average precision wants the whole curve; the threshold of a running pipeline is another matter.</summary>
    private const float Threshold = 0.02f;

    public static BenchReport Run()
    {
        using var annotations = JsonDocument.Parse(File.ReadAllText(BenchData.File("coco_cc", "val.json")));
        var names = annotations.RootElement.GetProperty("images").EnumerateArray()
            .ToDictionary(i => i.GetProperty("file_name").GetString()!, i => i.GetProperty("id").GetInt32());
        var truth = annotations.RootElement.GetProperty("annotations").EnumerateArray().Select(ReadTruth).ToArray();
        var card = BenchData.PicoDet with { ScoreThreshold = Threshold, MaxDetections = 300 };
        var folder = Directory.CreateTempSubdirectory("actorpipeline-accuracy-");
        var engines = new OnnxModelRuntime(Console.Error.WriteLine, arena: true, pool: true, new EngineSettings { Folder = folder.FullName });
        var (map, ap50) = Evaluate(new OnnxModelRuntime());
        var (engineMap, _) = Evaluate(engines);
        folder.Delete(recursive: true);
        return new BenchReport("accuracy")
            .Add("map", map, $"PicoDet-S, coco_cc/val: {names.Count} pictures, {truth.Count(t => !t.Crowd)} boxes, IoU .50:.95")
            .Add("ap50", ap50, "the same at IoU .50")
            .Add("map_engine", engineMap, "the same by its engine for the processor")
            .Add("map_change", engineMap - map, "what the engine changes; bound 0.001 either way");

        (double Map, double Ap50) Evaluate(OnnxModelRuntime runtime)
        {
            using var detector = (IDetector)runtime.Load(card, CancellationToken.None);
            return CocoEvaluator.Evaluate(truth, Detect(detector, names));
        }
    }

    private static List<FoundBox> Detect(IDetector detector, Dictionary<string, int> pictures)
    {
        using var source = FrameSources.Open(BenchData.File("coco_cc", "val"));
        using var pool = new PixelPool(1, source.Open().FrameBytes);
        var buffer = pool.TryRent()!;
        var into = new Detection[detector.Card.MaxDetections];
        List<FoundBox> found = [];
        while (source.Read(buffer) is SourceRead.Frame frame)
        {
            if (!pictures.TryGetValue(frame.Name!, out var picture)) continue;
            var count = detector.Detect(0, buffer.View(frame.Width, frame.Height), into);
            found.AddRange(into.Take(count).Select(d => new FoundBox(picture, d)));
        }
        buffer.Release();
        return found;
    }

    private static TruthBox ReadTruth(JsonElement annotation)
    {
        var box = annotation.GetProperty("bbox").EnumerateArray().Select(v => v.GetSingle()).ToArray();
        return new TruthBox(annotation.GetProperty("image_id").GetInt32(), annotation.GetProperty("category_id").GetInt32(),
            new BoundingBox(box[0], box[1], box[0] + box[2], box[1] + box[3]), annotation.GetProperty("iscrowd").GetInt32() == 1);
    }
}
