using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Workers;

/// <summary>
/// Runs a job in a process of its own and understands how that ended. The process is gone when the task ends, also where it is cancelled;
/// and it ends by itself when this process does, because its standard input is closed then.
/// </summary>
/// <param name="start">Starts the process; <see cref="WorkerProgram.Start()"/>.</param>
/// <param name="within">A worker that takes longer is killed.</param>
/// <param name="log">Gets what it writes to standard error, line by line, from any thread.</param>
/// <param name="progress">Told how far it is, from any thread, one at a time and before the task ends; null for nobody.</param>
internal sealed class WorkerProcess(Func<ProcessStartInfo> start, TimeSpan within, Action<string> log, Action<WorkerProgress>? progress = null)
{
    // A shell's way to tell a signal: .NET uses it too.
    private const int SignalBase = 128;
    private const int Kill9 = 9;

    /// <summary>Runs a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellation">Kills the process.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; the process is gone.</exception>
    public async Task<WorkerAnswer> RunAsync(WorkerJob job, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var how = start();
        how.RedirectStandardInput = how.RedirectStandardOutput = how.RedirectStandardError = true;
        using var process = new Process { StartInfo = how };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            return new WorkerAnswer.Failed($"its worker process cannot be started: {error.Message}", null);
        }
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(within);
        // At once on the thread that cancels, so that whoever leaves after cancelling leaves nobody behind.
        using (bound.Token.UnsafeRegister(static state => Kill((Process)state!), process))
        {
            var lastError = LastLineAsync(process.StandardError, log, null);
            var lastLine = LastLineAsync(process.StandardOutput, null, progress);
            await SendAsync(process, WorkerJson.Line(job));
            await process.WaitForExitAsync(CancellationToken.None);
            var (line, error) = (await lastLine, await lastError);
            cancellation.ThrowIfCancellationRequested();
            return bound.IsCancellationRequested
                ? new WorkerAnswer.Failed($"its worker process did not finish within {within.TotalSeconds:0.#} s and was killed", null)
                : Understand(process.ExitCode, line, error);
        }
    }

    /// <summary>What a worker's end means.</summary>
    /// <param name="code">Its exit code; 128 + n where signal n ended it.</param>
    /// <param name="line">The last line of its standard output; null where it wrote none.</param>
    /// <param name="error">The last line of its standard error.</param>
    internal static WorkerAnswer Understand(int code, string? line, string? error)
    {
        if (code == SignalBase + Kill9) return new WorkerAnswer.Failed("its worker process was killed (signal 9): most likely the machine, or its control group, ran out of memory", null);
        var said = error is null ? "" : $"; it said: {error}";
        if (code > SignalBase) return new WorkerAnswer.Failed($"its worker process died of signal {code - SignalBase}{said}", null);
        try
        {
            if (line is not null && WorkerJson.Answer(line) is var answer && (code == ExitCode.Done || answer is WorkerAnswer.Failed)) return answer;
        }
        catch (JsonException)
        {
            // Told below, with what else is known.
        }
        return new WorkerAnswer.Failed($"its worker process left with exit code {code} and no answer{said}", null);
    }

    private static async Task SendAsync(Process process, string line)
    {
        try
        {
            // Left open: its end would tell the worker that nobody waits for it.
            await process.StandardInput.WriteLineAsync(line);
            await process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It is gone already; its end says why.
        }
    }

    private static async Task<string?> LastLineAsync(StreamReader reader, Action<string>? each, Action<WorkerProgress>? progress)
    {
        string? last = null;
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length == 0) continue;
            if (progress is not null && WorkerJson.Progress(line) is { } how)
            {
                progress(how);
                continue;
            }
            last = line;
            each?.Invoke(line);
        }
        return last;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It ended by itself just now.
        }
    }
}
