using ActorPipeline.Evaluation;
using ActorPipeline.Onnx;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Crops;

/// <summary><c>crops</c>: cuts labelled crops out of <c>coco_cc</c>, and says how the float SqueezeNet names them.</summary>
internal static class CropsBench
{
    public static BenchReport Run(string folder, string set, int views)
    {
        OpenCvRuntime.EnsureLoaded();
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()) throw new IOException($"Folder '{folder}' is not empty.");
        var list = CropSet.Write(BenchData.File("coco_cc", set), folder, views);
        var card = BenchData.SqueezeNet;
        using var model = new OnnxModelRuntime().Load(Examiner.CardFor(card), CancellationToken.None);
        var truth = TaskTruth.Read(card, PictureSet.Open(folder), list, model.Report.Labels, model.Report.Classes);
        var answers = Examiner.Examine(model, truth.Pictures, CancellationToken.None);
        return new BenchReport("crops").Add("top1", truth.Metrics(answers)[0].ScoreAll(answers) / 100, $"SqueezeNet, float: {answers.Count} crops of coco_cc/{set}, in {folder}, classes in {list}");
    }
}
