using ActorPipeline.Catalog;

namespace ActorPipeline.Bench.Quantizing;

/// <summary>
/// <c>int8</c>: the seed pair in 8 bits under leases, in a budget for one model at a time, against the exported float pair that is always
/// resident in ONNX Runtime with its defaults for memory. The same pipeline, lanes, window and film for all, each run in a process of its
/// own, in turn.
/// </summary>
/// <remarks>
/// A run's memory is the most anonymous memory of its process, the .NET heap and the heap settings of the product included, and the most
/// resident pages of the pair's files, engines or models, watched from outside while it runs. Model memory is that, less the same of a
/// process without models (the median of all rounds): it has used all libraries with two other models before, as all have, and runs the
/// same pipeline over models that take time and nothing else. Frame and crop buffers are in both, and so in neither.
/// </remarks>
internal sealed class Int8Bench
{
    private const double Mega = 1e6;

    private const double LeastCrops = 0.95;

    // Fixed cost and heaps differ by so much from run to run.
    private static readonly Bytes Margin = Bytes.MiB(3);
    private static readonly Bytes Plenty = Bytes.MiB(512);

    private readonly PairEntrant _none;
    private readonly PairEntrant _plain;
    private readonly PairEntrant _int8;
    private readonly PairEntrant _both;
    private readonly PairEntrant _engines;
    private readonly double _fileShare;
    private readonly Bytes _lease;

    private Int8Bench(ModelCard[] floats, ModelCard[] int8, int frames, int window, string cache)
    {
        var job = new PairJob(PairWay.None, PairModel.Of(floats[0]), PairModel.Of(floats[1]), frames, window, Plenty.Count, cache);
        var leased = job with { Way = PairWay.Leased };
        var small = leased with { Detector = PairModel.Of(int8[0]), Classifier = PairModel.Of(int8[1]) };
        // What buffers and libraries are charged, a run with plenty of memory tells.
        var some = PairProcess.Run(small with { Frames = 2 * window }).Result;
        var leases = int8.Select(m => m.Footprint!.LoadLease(PairRun.Lanes).Total).ToArray();
        _lease = leases.Max();
        (_none, _plain) = (new("none", job), new("plain", job with { Way = PairWay.Plain }));
        _int8 = new("int8", small with { Budget = some.Pools + some.Fixed + Margin.Count + _lease.Count });
        _both = new("int8_both", small with { Budget = some.Pools + some.Fixed + Margin.Count + leases.Sum(l => l.Count) });
        _engines = new("engines", leased);
        _fileShare = int8.Sum(m => new FileInfo(m.Path).Length) / (double)floats.Sum(m => new FileInfo(m.Path).Length);
    }

    private PairEntrant[] All => [_none, _plain, _int8, _both, _engines];

    /// <summary>Runs it.</summary>
    /// <param name="models">The folder of the 8-bit forms, which are made there where they are missing; null makes them and throws them away.</param>
    /// <param name="rounds">Rounds; in each everyone runs once, and who goes first moves on by one.</param>
    /// <param name="frames">Frames a round.</param>
    /// <param name="window">Frames in flight.</param>
    public static async Task<BenchReport> RunAsync(string? models, int rounds, int frames, int window)
    {
        var scratch = Directory.CreateTempSubdirectory("actorpipeline-int8-");
        try
        {
            var (cache, folder) = (Path.Combine(scratch.FullName, "engines"), Directory.CreateDirectory(models ?? scratch.FullName).FullName);
            var int8 = PairForms.Int8(folder);
            await PairForms.BuildAsync([.. PairForms.Others, .. PairForms.Float, .. int8], cache);
            var bench = new Int8Bench(await PairForms.MeasureAsync(PairForms.Float, cache), await PairForms.MeasureAsync(int8, cache), frames, window, cache);
            for (var round = 0; round < rounds; round++)
            {
                Console.Error.WriteLine($"round {round + 1}/{rounds}");
                for (var turn = 0; turn < bench.All.Length; turn++) bench.All[(round + turn) % bench.All.Length].Run();
            }
            return bench.Report();
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private BenchReport Report()
    {
        if (_int8.Runs.Min(r => r.Result.Loads) <= 2) throw new InvalidOperationException($"Both models stayed inside {new Bytes(_int8.Job.Budget)}: nothing was swapped, and the figures say nothing.");
        if (CropsShare(_int8) < LeastCrops || CropsShare(_both) < LeastCrops) throw new InvalidOperationException("The detector in 8 bits finds less than the float one: with less to classify, its frames/s say nothing.");
        var (frames, window) = (_int8.Job.Frames, _int8.Job.Window);
        var report = new BenchReport("int8")
            .AddAtMost("memory_over_plain", Ratio(Memory(_int8), Memory(_plain)), 0.35, "model memory at its peak, 8 bits one at a time under leases over exported floats resident in ONNX Runtime with its defaults")
            .AddAtLeast("fps_over_plain", Ratio(_int8.Rates, _plain.Rates), 1.3, $"frames/s, the same two ({frames} frames, window {window}, {PairRun.Lanes} lanes)")
            .Add("cpu_over_plain", Ratio(_int8.CpuMs, _plain.CpuMs), "processor time a frame, the same two: a check on frames/s that a busy machine hardly moves")
            .Add("both_memory_over_plain", Ratio(Memory(_both), Memory(_plain)), "model memory with both in 8 bits resident under leases")
            .Add("both_fps_over_plain", Ratio(_both.Rates, _plain.Rates), "frames/s of the same")
            .Add("both_cpu_over_plain", Ratio(_both.CpuMs, _plain.CpuMs), "processor time a frame of the same")
            .Add("both_memory_over_engines", Ratio(Memory(_both), Memory(_engines)), "the same over the float pair resident as engines: what 8 bits alone do")
            .Add("both_fps_over_engines", Ratio(_both.Rates, _engines.Rates), "frames/s of the same")
            .Add("both_cpu_over_engines", Ratio(_both.CpuMs, _engines.CpuMs), "processor time a frame of the same")
            .Add("file_over_plain", _fileShare, "both files in 8 bits over both float files")
            .Add("process_over_plain", Ratio(_int8.Peaks, _plain.Peaks), "all anonymous memory of the process and pages of the pair's files, one at a time over plain")
            .Add("budget_mb", _int8.Job.Budget / Mega, $"buffers, fixed cost and the larger model's lease ({_lease}); for both it would be {new Bytes(_both.Job.Budget)}")
            .Add("over_budget_samples", _int8.Runs.Sum(r => r.Result.OverBudget), "memory samples above it, all rounds together")
            .Add("loads_a_round", [.. _int8.Runs.Select(r => (double)r.Result.Loads)], "loads of both models, one at a time")
            .Add("none_mb", [.. _none.Peaks.Select(p => p / Mega)], "the process without models, its buffers included");
        foreach (var entrant in All.Skip(1))
        {
            report.Add($"{entrant.Name}_mb", [.. Memory(entrant).Select(m => m / Mega)], $"model memory, {What(entrant)}; of this pages of files {entrant.Runs.Max(r => r.Pages)}")
                .Add($"{entrant.Name}_fps", entrant.Rates, $"frames/s, {entrant.Runs.Average(r => r.Result.Crops):0.0} crops a frame, {Statistics.Median(entrant.CpuMs):0.0} ms of processor time a frame");
        }
        return report;
    }

    private double[] Memory(PairEntrant entrant)
    {
        var without = Statistics.Median(_none.Peaks);
        return [.. entrant.Peaks.Select(p => p - without)];
    }

    private double CropsShare(PairEntrant entrant) => entrant.Runs.Average(r => r.Result.Crops) / _plain.Runs.Average(r => r.Result.Crops);

    private string What(PairEntrant entrant) =>
        entrant == _plain ? "exported floats in plain ONNX Runtime" : entrant == _int8 ? "8 bits, one at a time" : entrant == _both ? "8 bits, both resident" : "floats as engines, both resident";

    private static double[] Ratio(double[] mine, double[] theirs) => [.. mine.Zip(theirs, (m, t) => m / t)];
}
