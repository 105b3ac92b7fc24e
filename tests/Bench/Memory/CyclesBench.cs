using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Hosting;
using ActorPipeline.Inference;

namespace ActorPipeline.Bench.Memory;

/// <summary>
/// <c>cycles</c>: loads, runs and unloads both seed models again and again as the product does, and a made model of 100 MB, and says
/// what stays.
/// </summary>
internal sealed class CyclesBench : IDisposable
{
    private const double Megabyte = 1e6;
    private const int Settled = 5;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorpipeline-cycles-");
    private readonly bool _plain;
    private readonly IModelRuntime _runtime;
    private readonly ModelRig _rig;

    private CyclesBench(bool plain)
    {
        _plain = plain;
        // As in the product before there are lanes and sources: it tells the C library how to keep its heaps.
        _runtime = ActorPipelineParts.Product(TimeProvider.System, engines: new EngineSettings { Enabled = !plain, Folder = Path.Combine(_folder.FullName, "engines") }).Runtime;
        _rig = new ModelRig();
    }

    /// <summary>Runs it.</summary>
    /// <param name="cycles">Cycles, each of both models; at least 20.</param>
    /// <param name="plain">Loads models as they are instead of as prepared.</param>
    public static BenchReport Run(int cycles, bool plain)
    {
        using var bench = new CyclesBench(plain);
        return bench.RunAll(Math.Max(cycles, 20));
    }

    public void Dispose()
    {
        _rig.Dispose();
        _folder.Delete(recursive: true);
    }

    private BenchReport RunAll(int cycles)
    {
        ModelCard[] cards = [BenchData.PicoDet, BenchData.SqueezeNet];
        List<double> native = [], trims = [];
        List<(double Heap, double Pages)> early = [], late = [];
        var loads = cards.ToDictionary(c => c.Id, _ => new List<double>());
        for (var cycle = 0; cycle < cycles; cycle++)
        {
            foreach (var card in cards)
            {
                var (model, loadMs) = _rig.Load(_runtime, card);
                _rig.Run(model, lanes: 2, runs: 1);
                trims.Add(_rig.Unload(model));
                loads[card.Id].Add(loadMs);
                native.Add(_rig.Read().NativeAnonymous.Count / Megabyte);
            }
            if (cycle is >= 10 - Settled and < 10) early.Add(Whole());
            if (cycle >= cycles - Settled) late.Add(Whole());
            if ((cycle + 1) % 100 == 0) Console.Error.WriteLine($"{cycle + 1}/{cycles} cycles: {native[^1]:0.0} MB of native memory");
        }
        var steady = native.Skip(native.Count / 10).ToArray();
        var middle = Statistics.Median(steady);
        var away = steady.Select(level => Math.Abs(level - middle)).Order().ToArray();
        var (before, after) = (Median(early), Median(late));
        var returned = Enumerable.Range(0, 5).Select(_ => Returned()).ToArray();
        var report = new BenchReport("cycles")
            .Add("growth", (after.Heap + after.Pages) / (before.Heap + before.Pages),
                $"process memory after {cycles} cycles over that after the first ten, garbage collected; bound 1.02, or 2 MB more")
            .Add("growth_mb", after.Heap + after.Pages - before.Heap - before.Pages, "the same as a difference, MB")
            .Add("growth_pages_mb", after.Pages - before.Pages, "of that resident pages of files: libraries and compiled code as they are touched")
            .Add("process_mb", after.Heap + after.Pages, "process memory after the last unloads, MB: heaps, stacks, and resident pages of files")
            .Add("slope_mb", Slope(steady) * cards.Length, "least squares over the last nine tenths, native memory after each unload, MB a cycle; bound 0.01")
            .Add("noise_mb", away[^1], "the furthest that native memory after an unload was from its median in those, MB")
            .Add("noise_p99_mb", away[away.Length * 99 / 100], "what 99 of 100 stayed within")
            .Add("returned", returned, $"a made model of {MadeModel.WeightBytes / Megabyte:0} MB: what its unload gives back of what it took, loaded and run; bound 0.95")
            .Add("trim_ms", trims, "giving the heap's free memory back, on the load thread");
        foreach (var (id, times) in loads) report.Add($"load_{id}_ms", times, $"load of the {id}, {(_plain ? "as it is" : "as prepared; the longest prepares it")}");
        return report;
    }

    /// <summary>The share of a large model's memory, heap and pages of files, that its unload gives back; its first load is not counted.</summary>
    private double Returned()
    {
        var card = MadeModel.Write(Path.Combine(_folder.FullName, "made.onnx"));
        LoadRunUnload();
        var before = Held();
        var during = LoadRunUnload();
        return (during - Held()).Count / (double)(during - before).Count;

        Bytes LoadRunUnload()
        {
            var (model, _) = _rig.Load(_runtime, card);
            _rig.Run(model, lanes: 2, runs: 1);
            var held = Held();
            _rig.Unload(model);
            return held;
        }

        Bytes Held() => _rig.Read() is var now ? now.NativeAnonymous + now.File : Bytes.Zero;
    }

    /// <summary>
    /// Process memory in megabytes. The garbage collector lets the managed heap fill to a budget of its own before it collects; so it
    /// is told to collect and to give back what is free, or the figure would tell how far it is on that way.
    /// </summary>
    private (double Heap, double Pages) Whole()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var reading = _rig.Read();
        return (reading.Anonymous.Count / Megabyte, reading.File.Count / Megabyte);
    }

    private static (double Heap, double Pages) Median(List<(double Heap, double Pages)> readings) =>
        (Statistics.Median([.. readings.Select(r => r.Heap)]), Statistics.Median([.. readings.Select(r => r.Pages)]));

    private static double Slope(double[] values)
    {
        var (meanX, meanY) = ((values.Length - 1) / 2.0, values.Average());
        double product = 0, square = 0;
        for (var x = 0; x < values.Length; x++)
        {
            product += (x - meanX) * (values[x] - meanY);
            square += (x - meanX) * (x - meanX);
        }
        return product / square;
    }
}
