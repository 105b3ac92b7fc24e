using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Hosting;
using ActorPipeline.Inference;
using ActorPipeline.Bench.Memory;

namespace ActorPipeline.Bench.Engines;

/// <summary>
/// <c>engines</c>: what engines gain over the models as exported in plain ONNX Runtime, both on one thread: run time, load time, memory,
/// and how long a swap of the seed pair takes.
/// </summary>
internal sealed class EnginesBench : IDisposable
{
    private const int Runs = 30;
    private const int Loads = 8;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorpipeline-engines-");
    private readonly IModelRuntime _runtime;
    private readonly ModelRig _rig;

    private EnginesBench()
    {
        _runtime = ActorPipelineParts.ProductRuntime(Console.Error.WriteLine, new EngineSettings { Folder = _folder.FullName });
        _rig = new ModelRig();
    }

    /// <summary>The seed pair.</summary>
    public static ModelCard[] Pair => [BenchData.PicoDet, BenchData.LcNet];

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Alternating rounds; at least 3.</param>
    public static BenchReport Run(int rounds)
    {
        using var bench = new EnginesBench();
        return bench.RunAll(Math.Max(rounds, 3));
    }

    public void Dispose()
    {
        _rig.Dispose();
        _folder.Delete(recursive: true);
    }

    private BenchReport RunAll(int rounds)
    {
        var report = new BenchReport("engines");
        foreach (var (card, name, bound) in new[] { (Pair[0], "picodet", 0.60), (Pair[1], "lcnet", 1.0) })
        {
            var built = _runtime.Build(card, CancellationToken.None);
            Console.Error.WriteLine($"{name}: built in {built.Time.TotalSeconds:0.0} s, {built.Size}, difference {built.Difference:0.0e0}, {string.Join(", ", built.Rewrites)}");
            AddRuns(report, card, name, bound, rounds);
            AddLoads(report, card, name, rounds);
        }
        AddSwap(report, rounds);
        var over = Enumerable.Range(0, 3).Select(_ => HeldMemory.InProcessOfItsOwn(engines: true, _folder.FullName) / HeldMemory.InProcessOfItsOwn(engines: false, _folder.FullName)).ToArray();
        return report.Add("anon_over_plain", over, "anonymous memory of the seed pair, loaded and run, over that of plain ONNX Runtime, each in a process of its own; bound 0.25");
    }

    private void AddRuns(BenchReport report, ModelCard card, string name, double bound, int rounds)
    {
        using var plain = new PlainSession(card);
        var engine = _rig.Load(_runtime, card).Model;
        List<double> over = [], plainMs = [], engineMs = [];
        var session = new BoundEngine(engine);
        plain.Run(5);
        session.Run(5);
        for (var round = 0; round < rounds; round++)
        {
            double first = 0;
            if (round % 2 == 0) first = plain.Run(Runs);
            var engineTime = session.Run(Runs);
            if (round % 2 == 1) first = plain.Run(Runs);
            plainMs.Add(first);
            engineMs.Add(engineTime);
            over.Add(engineTime / first);
        }
        _rig.Unload(engine);
        report.Add($"{name}_over_plain", over, $"run time of its engine over that of the exported model in plain ONNX Runtime; bound {bound}")
            .Add($"{name}_plain_ms", plainMs, "the exported model, one run on one thread, ms")
            .Add($"{name}_engine_ms", engineMs, "its engine, ms");
    }

    private void AddLoads(BenchReport report, ModelCard card, string name, int rounds)
    {
        List<double> warm = [], cold = [];
        for (var i = 0; i < rounds * Loads; i++)
        {
            warm.Add(LoadOnce(card));
            if (i % Loads != 0) continue;
            PageCache.Drop(_folder.FullName);
            cold.Add(LoadOnce(card));
        }
        report.Add($"{name}_load_ms", warm, $"load as the product does, its files in the page cache, ms; bound {(card.IsDetector ? 30 : 10)}")
            .Add($"{name}_load_cold_ms", cold, "the same after the page cache dropped its files, ms");
    }

    private double LoadOnce(ModelCard card)
    {
        var (model, milliseconds) = _rig.Load(_runtime, card);
        _rig.Unload(model);
        return milliseconds;
    }

    private void AddSwap(BenchReport report, int rounds)
    {
        List<double> swaps = [];
        var model = _rig.Load(_runtime, Pair[0]).Model;
        _rig.Run(model, lanes: 1, runs: 1);
        for (var i = 1; i <= rounds * Loads; i++)
        {
            var clock = Stopwatch.StartNew();
            _rig.Unload(model);
            model = _rig.Load(_runtime, Pair[i % 2]).Model;
            _rig.Run(model, lanes: 1, runs: 1);
            swaps.Add(clock.Elapsed.TotalMilliseconds);
        }
        _rig.Unload(model);
        report.Add("swap_ms", swaps, "unload one of the seed pair, load the other, first result, in turn, ms; bound 60");
    }
}
