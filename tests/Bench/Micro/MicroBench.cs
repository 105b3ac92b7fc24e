using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace ActorPipeline.Bench.Micro;

/// <summary><c>micro</c>: BenchmarkDotNet on the steps beside the models: nanoseconds and managed bytes of each.</summary>
internal static class MicroBench
{
    /// <summary>Runs all of them.</summary>
    public static BenchReport Run()
    {
        var folder = Directory.CreateTempSubdirectory("actorpipeline-micro-");
        try
        {
            // In this process: its usual way builds a project of its own, with all of ours, for each of them.
            var config = ManualConfig.CreateEmpty()
                .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(new StreamLogger(new StreamWriter(Console.OpenStandardError()) { AutoFlush = true }))
                .WithArtifactsPath(folder.FullName);
            return Report([.. BenchmarkRunner.Run([typeof(PictureSteps), typeof(MessagePath)], config)]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static BenchReport Report(Summary[] summaries)
    {
        var report = new BenchReport("micro");
        foreach (var done in summaries.SelectMany(s => s.Reports))
        {
            var (method, what) = (done.BenchmarkCase.Descriptor.WorkloadMethod.Name, done.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''));
            if (done.ResultStatistics is not { } times) throw new InvalidOperationException($"{what} did not run; its messages are above.");
            var name = string.Concat(method.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : $"{c}"));
            report.Add($"{name}_us", times.Median / 1000, $"{what}, microseconds; ± {times.StandardDeviation / 1000:0.###}")
                .Add($"{name}_bytes", done.GcStats.GetBytesAllocatedPerOperation(done.BenchmarkCase) ?? 0, "managed bytes of it");
        }
        return report;
    }
}
