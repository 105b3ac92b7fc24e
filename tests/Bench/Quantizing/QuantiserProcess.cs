using System.Diagnostics;
using System.Globalization;
using ActorPipeline.Device;
using ActorPipeline.Engines;
using ActorPipeline.Quantization;
using ActorPipeline.Workers;

namespace ActorPipeline.Bench.Quantizing;

/// <summary>The quantiser in a process that does nothing else, as <c>quantize</c> has it.</summary>
internal static class QuantiserProcess
{
    /// <summary>The command with which the benchmark starts itself for it.</summary>
    public const string Command = "quantize-one";

    /// <summary>Quantises; blocks.</summary>
    /// <returns>The report, and the kernel's own peak of the whole process.</returns>
    /// <exception cref="InvalidOperationException">It failed; refused is not failed.</exception>
    public static (QuantizationReport Report, Bytes Peak) Run(QuantizationRequest request)
    {
        Console.Error.WriteLine($"quantising {Path.GetFileName(request.Card.Path)}: takes a minute or two");
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ActorPipeline.Bench"), [Command, WorkerJson.Line(new WorkerJob.Quantize(request) { Engines = new EngineSettings() })]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredCompilation"] = "0";
        using var process = Process.Start(start)!;
        var lines = process.StandardOutput.ReadToEnd().TrimEnd().Split('\n');
        process.WaitForExit();
        if (process.ExitCode != 0 || lines.Length != 2) throw new InvalidOperationException($"Quantising {request.Card.Path} ended with {process.ExitCode}.");
        return WorkerJson.Answer(lines[0]) switch
        {
            WorkerAnswer.Quantized(var report) => (report, new Bytes(long.Parse(lines[1], CultureInfo.InvariantCulture))),
            WorkerAnswer.Failed failed => throw new InvalidOperationException($"{request.Card.Path} was not quantised: {failed.Reason}"),
            var other => throw new InvalidOperationException($"{other}"),
        };
    }

    /// <summary>The process's side: does the job and writes the answer, and its peak in bytes.</summary>
    public static void Do(string job)
    {
        using var gauge = new LinuxMemoryGauge();
        var desk = new WorkerDesk(_ => StreetRun.Runtime, gauge) { Warn = Console.Error.WriteLine };
        Console.WriteLine(WorkerJson.Line(desk.Do(job, CancellationToken.None)));
        Console.WriteLine(gauge.Read().Peak.Count.ToString(CultureInfo.InvariantCulture));
    }
}
