using System.Diagnostics;
using ActorPipeline.Bench.Running;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Hosting;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Sources;
using ActorPipeline.Telemetry;

namespace ActorPipeline.Bench.Idle;

/// <summary><c>idle</c>: what a pipeline takes of the processor while its camera gives nothing and both models of the seed pair are in memory.</summary>
internal static class IdleBench
{
    private const int Frames = 40;
    private const int Named = 4;

    // Runs end, and what was called often is compiled anew in the background.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    /// <summary>Runs it.</summary>
    /// <param name="rounds">Pauses that are measured, one after the other.</param>
    /// <param name="seconds">How long each is.</param>
    public static async Task<BenchReport> RunAsync(int rounds, double seconds)
    {
        var source = new PausingSource(FrameSources.Open(BenchData.Street), Frames);
        ModelCard[] cards = [BenchData.PicoDet, BenchData.LcNet];
        var settings = new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = Bytes.MiB(512) },
            Models = cards.ToDictionary(c => c.Id),
            Pipelines = [new PipelineSettings { Id = new PipelineId("street"), Source = BenchData.Street, Detect = cards[0].Id, Classify = [cards[1].Id] }],
        };
        using var gauge = new LinuxMemoryGauge();
        var states = new Dictionary<ModelId, ModelState>();
        var run = new BenchHost(settings, ActorPipelineParts.Product(TimeProvider.System) with { Gauge = gauge, CreateSource = _ => source }).RunAsync(Observe, typeof(ModelStateChanged));
        if (await Task.WhenAny(source.Paused, run) == run) await run;
        await Task.Delay(Settle);
        List<double> percents = [];
        var before = ThreadTimes.Read();
        for (var round = 0; round < rounds; round++)
        {
            percents.Add(await PercentAsync(TimeSpan.FromSeconds(seconds)));
            Console.Error.WriteLine($"pause {round + 1}/{rounds}: {percents[^1]:0.00} % of a core");
        }
        var threads = ThreadTimes.Read().Select(t => (t.Key, Percent: 100 * (t.Value - before.GetValueOrDefault(t.Key)) / (seconds * rounds))).OrderByDescending(t => t.Percent).Take(Named).ToArray();
        lock (states)
        {
            if (cards.Any(c => states.GetValueOrDefault(c.Id) != ModelState.Ready)) throw new InvalidOperationException($"Not both models were in memory: {string.Join(", ", states)}.");
        }
        source.End();
        await run;
        var report = new BenchReport("idle").Add("idle_percent", percents, $"of one core, a paused pipeline with both models resident, {seconds:0.#} s each");
        foreach (var (name, percent) in threads) report.Note(name, $"this thread took {percent:0.00} %");
        return report;

        void Observe(ITelemetryEvent happened)
        {
            var changed = happened as ModelStateChanged;
            if (changed is null) return;
            lock (states) states[changed.Model] = changed.State;
        }
    }

    private static async Task<double> PercentAsync(TimeSpan time)
    {
        using var process = Process.GetCurrentProcess();
        var (cpu, clock) = (process.TotalProcessorTime, Stopwatch.StartNew());
        await Task.Delay(time);
        process.Refresh();
        return 100 * (process.TotalProcessorTime - cpu) / clock.Elapsed;
    }
}
