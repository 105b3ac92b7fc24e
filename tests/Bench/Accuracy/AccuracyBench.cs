using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Evaluation;
using ActorPipeline.Onnx;

namespace ActorPipeline.Bench.Accuracy;

/// <summary><c>accuracy</c>: mAP of PicoDet-S on <c>coco_cc/val</c>, through the product's own session, resize and decoder.</summary>
internal static class AccuracyBench
{
    public static BenchReport Run()
    {
        var pictures = PictureSet.Open(BenchData.File("coco_cc", "val"));
        var truth = CocoTruth.Read(BenchData.File("coco_cc", "val.json"), pictures.Names, LabelList.Load(BenchData.PicoDet.LabelsPath!));
        pictures = pictures.Only(truth.Boxes.ContainsKey);
        var metric = new MeanAveragePrecision(truth.Boxes);
        var folder = Directory.CreateTempSubdirectory("actorpipeline-accuracy-");
        var engines = new OnnxModelRuntime(Console.Error.WriteLine, arena: true, pool: true, new EngineSettings { Folder = folder.FullName });
        var (map, ap50) = Evaluate(new OnnxModelRuntime());
        var (engineMap, _) = Evaluate(engines);
        folder.Delete(recursive: true);
        return new BenchReport("accuracy")
            .Add("map", map, $"PicoDet-S, coco_cc/val: {truth.Boxes.Count} pictures, {truth.Boxes.Values.Sum(b => b.Count(o => !o.Crowd))} boxes, IoU .50:.95")
            .Add("ap50", ap50, "the same at IoU .50")
            .Add("map_engine", engineMap, "the same by its engine for the processor")
            .Add("map_change", engineMap - map, "what the engine changes; bound 0.001 either way");

        (double Map, double Ap50) Evaluate(OnnxModelRuntime runtime)
        {
            using var detector = runtime.Load(Examiner.CardFor(BenchData.PicoDet), CancellationToken.None);
            var answers = Examiner.Examine(detector, pictures, CancellationToken.None);
            return (metric.ScoreAll(answers) / 100, metric.Ap50.ScoreAll(answers) / 100);
        }
    }
}
