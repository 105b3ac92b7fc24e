using System.Diagnostics;

namespace ActorPipeline.Hosting;

/// <summary>The program as a process of its own, for what signals do to it.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly CancellationTokenSource _bound = new(TimeSpan.FromSeconds(60));
    private readonly Process _process;

    public RunningProgram(params string[] arguments)
        : this(arguments, null)
    {
    }

    /// <param name="arguments">Of the program.</param>
    /// <param name="temporary">Its folder for temporary files; null for the usual one.</param>
    public RunningProgram(string[] arguments, string? temporary)
    {
        // A runner in the background may ignore SIGINT, and what it starts would inherit that.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (temporary is not null) start.Environment["TMPDIR"] = temporary;
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
        Signal("INT", _process.Id);
        var end = await EndAsync();
        return (end.Code, end.Error);
    }

    /// <summary>Kills the one process, and waits until its worker is gone too.</summary>
    public async Task KillAsync()
    {
        var worker = FindWorker();
        Signal("KILL", _process.Id);
        await EndAsync();
        while (IsAlive(worker)) _bound.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Kills it where it has no worker.</summary>
    public Task KillAloneAsync()
    {
        Signal("KILL", _process.Id);
        return EndAsync();
    }

    /// <summary>Kills its worker, as a kernel that runs out of memory does.</summary>
    public Task<CliResult> KillWorkerAsync()
    {
        Signal("KILL", FindWorker());
        return EndAsync();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>How it ended, and what it wrote that was not read yet.</returns>
    public async Task<CliResult> EndAsync()
    {
        var errors = _process.StandardError.ReadToEndAsync(_bound.Token);
        var output = await _process.StandardOutput.ReadToEndAsync(_bound.Token);
        await _process.WaitForExitAsync(_bound.Token);
        return new CliResult(_process.ExitCode, output, await errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
        _bound.Dispose();
    }

    private static void Signal(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
    }

    /// <summary>Whether it runs; one that nobody has waited for yet does not.</summary>
    private static bool IsAlive(int process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
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
