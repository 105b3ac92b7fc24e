using System.Diagnostics;
using System.Globalization;
using ActorPipeline.Bench.Memory;
using ActorPipeline.Catalog;
using ActorPipeline.Device;
using ActorPipeline.Engines;
using ActorPipeline.Hosting;

namespace ActorPipeline.Bench.Engines;

/// <summary>Anonymous memory that the seed pair holds after it ran, in a process that did nothing else.</summary>
internal static class HeldMemory
{
    /// <summary>The command with which the benchmark starts itself for it.</summary>
    public const string Command = "engines-held";

    private const int Runs = 5;

    /// <summary>Measures it in a process of its own; MiB.</summary>
    /// <param name="engines">Whether as the product loads them, or else as exported in plain ONNX Runtime.</param>
    /// <param name="cacheFolder">Where engines are.</param>
    public static double InProcessOfItsOwn(bool engines, string cacheFolder)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ActorPipeline.Bench"), [Command, "--engines", $"{engines}", "--cache", cacheFolder]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredCompilation"] = "0";
        using var process = Process.Start(start)!;
        var line = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(line, CultureInfo.InvariantCulture) : throw new InvalidOperationException($"Measuring ended with {process.ExitCode}.");
    }

    /// <summary>Measures it in this process and prints it.</summary>
    public static void Print(bool engines, string cacheFolder) => Console.WriteLine(Measure(engines, cacheFolder).ToString(CultureInfo.InvariantCulture));

    private static double Measure(bool engines, string cacheFolder)
    {
        var pair = EnginesBench.Pair;
        return engines ? Engines() : Plain();

        double Plain()
        {
            using var gauge = new LinuxMemoryGauge();
            // Libraries and compiled code come with the first session and stay.
            using (var first = new PlainSession(BenchData.SqueezeNet)) first.Run(Runs);
            var before = Settled(gauge);
            var sessions = pair.Select(card => new PlainSession(card)).ToArray();
            foreach (var session in sessions) session.Run(Runs);
            var held = Over(before, Settled(gauge));
            GC.KeepAlive(sessions);
            return held;
        }

        double Engines()
        {
            var runtime = ActorPipelineParts.ProductRuntime(null, new EngineSettings { Folder = cacheFolder });
            using var rig = new ModelRig();
            var first = rig.Load(runtime, BenchData.SqueezeNet).Model;
            rig.Run(first, lanes: 1, Runs);
            rig.Unload(first);
            using var gauge = new LinuxMemoryGauge();
            var before = Settled(gauge);
            var models = pair.Select(card => rig.Load(runtime, card).Model).ToArray();
            foreach (var model in models) rig.Run(model, lanes: 1, Runs);
            var held = Over(before, Settled(gauge));
            GC.KeepAlive(models);
            return held;
        }
    }

    private static Bytes Settled(LinuxMemoryGauge gauge)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        return gauge.Read().NativeAnonymous;
    }

    private static double Over(Bytes before, Bytes now) => (now - before).Count / 1048576.0;
}
