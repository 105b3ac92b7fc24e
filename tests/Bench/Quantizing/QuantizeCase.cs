using ActorPipeline.Bench.Crops;
using ActorPipeline.Bench.TextLines;
using ActorPipeline.Catalog;
using ActorPipeline.Quantization;

namespace ActorPipeline.Bench.Quantizing;

/// <summary>A model that is quantised, on what, and what is wanted of it.</summary>
/// <param name="Name">Its name in figures.</param>
/// <param name="Request">What the quantiser is asked for.</param>
/// <param name="FileBound">The most that its file may be of the float one.</param>
/// <param name="RunBound">The most that a run may take of the float engine's time.</param>
internal sealed record QuantizeCase(string Name, QuantizationRequest Request, double FileBound, double RunBound)
{
    /// <summary>PicoDet's name in figures.</summary>
    public const string PicoDet = "picodet";

    // Calibrated on lines of one seed, judged on lines of another: they share no text.
    private const int CalibrationLines = 300, CalibrationSeed = 1, EvaluationLines = 1000, EvaluationSeed = 2;

    private const int CalibrationViews = 4;

    /// <summary>SqueezeNet on crops, PP-LCNet for text lines, and PicoDet-S. Cuts the crops and renders the lines.</summary>
    /// <param name="folder">Gets crops, lines and quantised models.</param>
    public static IReadOnlyList<QuantizeCase> All(string folder)
    {
        var (calibrate, evaluate) = (BenchData.File("coco_cc", "calib"), BenchData.File("coco_cc", "val"));
        var (lines, others) = (Path.Combine(folder, "lines-calib"), Path.Combine(folder, "lines-val"));
        TextLineSet.Write(lines, CalibrationLines, CalibrationSeed);
        TextLineSet.Write(others, EvaluationLines, EvaluationSeed);
        var (crops, otherCrops) = (Path.Combine(folder, "crops-calib"), Path.Combine(folder, "crops-val"));
        var (classes, otherClasses) = (CropSet.Write(calibrate, crops, CalibrationViews), CropSet.Write(evaluate, otherCrops, CropSet.MostViews));
        var textLine = new ModelCard { Id = new ModelId("textline"), Path = BenchData.File("models", "PP_LCNet_x1_0_textline_ori.onnx"), Kind = ModelKind.Classification, LabelsPath = BenchData.File("labels", "textline.txt") };
        return
        [
            new("squeezenet", Of(BenchData.SqueezeNet, crops, otherCrops) with { CalibrateTruth = classes, Truth = otherClasses }, 0.28, 0.55),
            new("textline", Of(textLine, lines, others), 0.32, 0.75),
            new(PicoDet, Of(BenchData.PicoDet, calibrate, evaluate), 0.40, 0.90),
        ];

        QuantizationRequest Of(ModelCard card, string calibrate, string evaluate) =>
            new() { Card = card with { Footprint = null }, Calibrate = calibrate, Evaluate = evaluate, Output = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(card.Path)}.int8.onnx") };
    }
}
