using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Quantization;
using ActorPipeline.Workers;

namespace ActorPipeline.Bench.Quantizing;

/// <summary>The forms of the seed pair that leases run: float, and in 8 bits as found in a folder or made there by the quantiser.</summary>
internal static class PairForms
{
    private const double OnePoint = 1;

    // Its head is random: what it says of a picture means nothing, and any noise changes it.
    private const double AnyLoss = 100;

    // A run's heaps never lie as in the measurement, and a lease has to cover that.
    private const double Margin = 1.1;

    /// <summary>The pair as floats.</summary>
    public static ModelCard[] Float => [BenchData.PicoDet, BenchData.LcNet with { MaxBatch = 1 }];

    /// <summary>A detector and a classifier that are none of the pair, to run before it.</summary>
    public static ModelCard[] Others =>
    [
        BenchData.PicoDet with { Id = new ModelId("picodet-xs"), Path = BenchData.File("models", "picodet_xs_320_processed.onnx") },
        BenchData.SqueezeNet with { Id = new ModelId("squeezenet"), MaxBatch = 1 },
    ];

    /// <summary>The pair in 8 bits.</summary>
    /// <param name="folder">Has <c>detector.int8.onnx</c> and <c>classifier.int8.onnx</c>, or gets them: the detector may lose one point, the classifier whatever it loses.</param>
    /// <exception cref="InvalidOperationException">The quantiser refused one.</exception>
    public static ModelCard[] Int8(string folder) =>
        [Find(Float[0], Path.Combine(folder, "detector.int8.onnx"), OnePoint), Find(Float[1], Path.Combine(folder, "classifier.int8.onnx"), AnyLoss)];

    /// <summary>Builds engines in a process each, as <c>prepare</c> does.</summary>
    /// <exception cref="InvalidOperationException">One cannot be built.</exception>
    public static async Task BuildAsync(IEnumerable<ModelCard> cards, string cache)
    {
        foreach (var card in cards) await DoAsync(new WorkerJob.Build(card) { Engines = new EngineSettings { Folder = cache } });
    }

    /// <summary>Measures what models need, in a process each, as <c>measure</c> does.</summary>
    /// <returns>The cards with what was measured and a tenth more.</returns>
    /// <exception cref="InvalidOperationException">One cannot be measured.</exception>
    public static async Task<ModelCard[]> MeasureAsync(IEnumerable<ModelCard> cards, string cache)
    {
        List<ModelCard> measured = [];
        foreach (var card in cards)
        {
            var answer = (WorkerAnswer.Measured)await DoAsync(new WorkerJob.Measure(card, PairRun.Lanes) { Engines = new EngineSettings { Folder = cache } });
            var found = answer.Model.Record.ToFootprint(PairRun.Lanes);
            measured.Add(card with { Footprint = Footprint.Declared(WithMargin(found.Load), WithMargin(found.Resident), WithMargin(found.Run)) });
        }
        return [.. measured];
    }

    private static Bytes WithMargin(PoolVector need) => new((long)(need.Total.Count * Margin));

    private static async Task<WorkerAnswer> DoAsync(WorkerJob job) => await WorkerProgram.Workers(Console.Error.WriteLine)(job, CancellationToken.None) switch
    {
        WorkerAnswer.Failed failed => throw new InvalidOperationException($"{job.Card.Path}: {failed.Reason}"),
        var answer => answer,
    };

    private static ModelCard Find(ModelCard card, string path, double maxLoss)
    {
        if (!File.Exists(path))
        {
            Console.Error.WriteLine($"{path} is not there: it is made, calibrated on coco_cc/calib, and may lose {maxLoss} points on coco_cc/val");
            var (report, _) = QuantiserProcess.Run(new QuantizationRequest
            {
                Card = card, Calibrate = BenchData.File("coco_cc", "calib"), Evaluate = BenchData.File("coco_cc", "val"), MaxLoss = maxLoss, Output = path,
            });
            if (!report.Published) throw new InvalidOperationException($"{card.Path} was refused in 8 bits: {string.Join("; ", report.Refusals)}");
        }
        return card with { Path = path, Footprint = null };
    }
}
