using ActorPipeline.Catalog;
using ActorPipeline.Evaluation;
using ActorPipeline.Onnx;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.TextLines;

/// <summary><c>textlines</c>: renders labelled text lines, and says how the float model reads them.</summary>
internal static class TextLinesBench
{
    public static BenchReport Run(string folder, int count, int seed)
    {
        OpenCvRuntime.EnsureLoaded();
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()) throw new IOException($"Folder '{folder}' is not empty.");
        TextLineSet.Write(folder, count, seed);
        var card = new ModelCard { Id = new ModelId("textline"), Path = BenchData.File("models", "PP_LCNet_x1_0_textline_ori.onnx"), Kind = ModelKind.Classification, LabelsPath = BenchData.File("labels", "textline.txt") };
        using var model = new OnnxModelRuntime().Load(Examiner.CardFor(card), CancellationToken.None);
        var truth = TaskTruth.Read(card, PictureSet.Open(folder), null, model.Report.Labels, model.Report.Classes);
        var answers = Examiner.Examine(model, truth.Pictures, CancellationToken.None);
        return new BenchReport("textlines").Add("top1", truth.Metrics(answers)[0].ScoreAll(answers) / 100, $"PP-LCNet x1.0 text line, float: {answers.Count} rendered lines, seed {seed}, in {folder}");
    }
}
