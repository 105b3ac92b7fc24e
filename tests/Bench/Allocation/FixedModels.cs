using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Allocation;

/// <summary>
/// Models that answer at once, always the same, and allocate nothing: a detector that finds eight objects in a picture of 768 x 576, and
/// a classifier of 224 x 224. What is allocated is the pipeline's.
/// </summary>
/// <param name="detect">Time that a run of the detector works for nothing, so that the rest has as little of the processor as beside a real one; by default none.</param>
/// <param name="classify">The same for the classifier.</param>
internal sealed class FixedModels(TimeSpan detect = default, TimeSpan classify = default) : IModelRuntime
{
    /// <summary>Objects in each frame, all of them to be classified.</summary>
    public const int Objects = 8;

    private const int DetectorInput = 320;
    private const int ClassifierInput = 224;
    private const int Classes = 80;

    /// <summary>The detector's card.</summary>
    public static ModelCard Detector { get; } = new() { Id = new ModelId("detector"), Path = "", Kind = ModelKind.PicoDet, Footprint = Small };

    /// <summary>The classifier's card.</summary>
    public static ModelCard Classifier { get; } = new() { Id = new ModelId("classifier"), Path = "", Kind = ModelKind.Classification, Footprint = Small };

    private static Footprint Small => Footprint.Declared(Bytes.MiB(1), Bytes.MiB(1), Bytes.MiB(1));

    public ILoadedModel Load(ModelCard card, CancellationToken cancellation)
    {
        var input = Input(card);
        var report = new LoadReport(ExecutionProvider.Cpu, "fixed", "fp32", input, input, Classes, LabelList.None, TimeSpan.Zero);
        return card.IsDetector ? new FixedDetector(card, report, detect) : new FixedClassifier(card, report, classify);
    }

    public EngineReport Build(ModelCard card, CancellationToken cancellation) => new(ExecutionProvider.Cpu, EngineUse.None, TimeSpan.Zero, Bytes.Zero);

    public ModelInspection Inspect(ModelCard card) => new(Input(card), Input(card), Bytes.Zero, card.Footprint!) { ContentHash = $"fixed-{card.Id}" };

    private static int Input(ModelCard card) => card.IsDetector ? DetectorInput : ClassifierInput;

    private static void Work(TimeSpan takes)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < takes;) Thread.SpinWait(100);
    }

    private abstract class FixedModel(ModelCard card, LoadReport report) : ILoadedModel
    {
        public ModelCard Card => card;

        public LoadReport Report => report;

        public int ActiveRuns => 0;

        public void Terminate(int lane)
        {
        }

        public void CloseLane(int lane)
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class FixedDetector(ModelCard card, LoadReport report, TimeSpan takes) : FixedModel(card, report), IDetector
    {
        public int Detect(int lane, in ImageView picture, Span<Detection> into)
        {
            Work(takes);
            for (var i = 0; i < Objects; i++) into[i] = new Detection(new BoundingBox(80 * i, 100, (80 * i) + 60, 260), 0, 0.9f - (0.05f * i));
            return Objects;
        }
    }

    private sealed class FixedClassifier(ModelCard card, LoadReport report, TimeSpan takes) : FixedModel(card, report), IClassifier
    {
        public int Classify(int lane, in ImageView crop, Span<Classification> top)
        {
            Work(takes);
            top[0] = new Classification(1, 0.7f);
            return 1;
        }
    }
}
