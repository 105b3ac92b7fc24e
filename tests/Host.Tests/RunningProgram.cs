using System.Diagnostics;

namespace ActorPipeline.Hosting;

/// <summary>The program as a process of its own, for what signals do to it.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly CancellationTokenSource _bound = new(TimeSpan.FromSeconds(60));
    private readonly Process _process;

    public RunningProgram(params string[] arguments)
    {
        // A runner in the background may ignore SIGINT, and what it starts would inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
    }

    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(_bound.Token).AsTask();

    /// <summary>The process id of its worker, as soon as there is one.</summary>
    public int FindWorker()
    {
        int worker;
        while (!TryFindWorker(out worker)) _bound.Token.ThrowIfCancellationRequested();
        return worker;
    }

    /// <summary>Interrupts the one process, not its group as a terminal would: the worker must not depend on hearing it.</summary>
    /// <returns>The exit code, and what stood in its standard error.</returns>
    public async Task<(int Code, string Error)> InterruptAsync()
    {
        Process.Start("kill", ["-INT", $"{_process.Id}"]).Dispose();
        var errors = _process.StandardError.ReadToEndAsync(_bound.Token);
        await _process.StandardOutput.ReadToEndAsync(_bound.Token);
        await _process.WaitForExitAsync(_bound.Token);
        return (_process.ExitCode, await errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _bound.Dispose();
    }

    private bool TryFindWorker(out int worker)
    {
        // Each thread has the children that it started.
        var children = Directory.GetDirectories($"/proc/{_process.Id}/task").Select(Children);
        return int.TryParse(string.Concat(children).Split(' ')[0], out worker);
    }

    private static string Children(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "children"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
