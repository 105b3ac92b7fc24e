using System.Diagnostics;

namespace ActorPipeline.ClusterTests;

/// <summary>How a process is started.</summary>
internal sealed record NodeStart
{
    /// <value>The program.</value>
    public required string Program { get; init; }

    /// <value>Of the program.</value>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <value>Where it runs; null for the machine's own network.</value>
    public SiteNode? At { get; init; }

    /// <value>Its working folder; null for a new one that goes with it.</value>
    public string? Folder { get; init; }

    /// <value>What is to be put in its folder before it starts.</value>
    public Action<string>? Prepare { get; init; }

    /// <value>Beside this process's own.</value>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <value>The cores it may run on, as taskset takes them, such as "0" or "0,1"; null for all.</value>
    public string? Cores { get; init; }

    /// <value>Other clocks than the machine's; null for these.</value>
    public NodeClock? Clock { get; init; }

    /// <summary>The built program, as the specs beside these run it.</summary>
    public static NodeStart Product(params IEnumerable<string> arguments) =>
        new() { Program = "dotnet", Arguments = [Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll"), .. arguments] };
}

/// <summary>A line that a process wrote.</summary>
/// <param name="At">When it came here, on <see cref="NodeProcess.Now"/>.</param>
/// <param name="IsError">Whether on standard error.</param>
/// <param name="Text">Without its end.</param>
internal sealed record OutputLine(TimeSpan At, bool IsError, string Text)
{
    public override string ToString() => $"{At.TotalSeconds,9:F3} {(IsError ? "!" : " ")} {Text}";
}

/// <summary>
/// A real process, seen from outside: its lines as they come, its end, its memory, and signals to it alone. Whatever leads it to its
/// namespace, cores and clocks becomes it (exec), so that its id is the program's own. It is killed with what it started when it is
/// disposed of, and by the next run of specs where this one crashes.
/// </summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    // What the last step before the program says, on standard error.
    private const string Announcement = "apct-pid:";

    private static readonly Lazy<string?> Reason = new(() =>
        OperatingSystem.IsLinux() ? Shell.Complaint("env", ["--default-signal=INT", "true"]) ?? Shell.Complaint("taskset", ["--version"]) : "needs Linux");

    private static readonly long Origin = Stopwatch.GetTimestamp();
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly bool _ownsFolder;
    private readonly OutputLog _log = new();
    private readonly TaskCompletionSource<int> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _read;
    private readonly Task<int> _ended;

    private NodeProcess(NodeStart start)
    {
        Folder = start.Folder ?? Owner.Folder("process");
        _ownsFolder = start.Folder is null;
        start.Prepare?.Invoke(Folder);
        var info = new ProcessStartInfo("env", Command(start)) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        foreach (var (key, value) in start.Environment) info.Environment[key] = value;
        info.Environment[Owner.Variable] = Owner.Me;
        _process = Process.Start(info)!;
        _read = Task.WhenAll(ReadAsync(_process.StandardOutput, false), ReadAsync(_process.StandardError, true));
        _ended = EndAsync();
    }

    /// <value>Why processes cannot be led here; null where they can.</value>
    public static string? WhyNot => Reason.Value;

    /// <value>The clock of <see cref="OutputLine.At"/>: the same for all processes of a test process.</value>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(Origin);

    /// <value>Of the program itself.</value>
    public int Id { get; private set; }

    /// <value>Its working folder.</value>
    public string Folder { get; }

    /// <value>What it wrote so far.</value>
    public IReadOnlyList<OutputLine> Lines => _log.ToArray();

    /// <value>Standard output so far.</value>
    public IEnumerable<string> Output => Lines.Where(l => !l.IsError).Select(l => l.Text);

    /// <value>Standard error so far.</value>
    public IEnumerable<string> Errors => Lines.Where(l => l.IsError).Select(l => l.Text);

    /// <value>Whether it is over.</value>
    public bool HasExited => _ended.IsCompleted;

    /// <value>How it ended, 128 + n for signal n; null while it runs.</value>
    public int? ExitCode => _ended.IsCompletedSuccessfully ? _ended.Result : null;

    /// <summary>Starts one.</summary>
    /// <exception cref="InvalidOperationException">It could not be led there: with what was said.</exception>
    public static async Task<NodeProcess> StartAsync(NodeStart start)
    {
        Leftovers.RemoveOnce();
        var node = new NodeProcess(start);
        try
        {
            await Task.WhenAny(node._started.Task, node._ended).WaitAsync(Soon);
            if (!node._started.Task.IsCompleted) throw new InvalidOperationException($"{start.Program} did not start.\n{node.Tell()}");
            node.Id = await node._started.Task;
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for a line, which may have come already.</summary>
    /// <param name="wanted">Which.</param>
    /// <param name="bound">How long.</param>
    /// <param name="from">The number of lines to pass over: <c>Lines.Count</c> for what is still to come.</param>
    /// <exception cref="TimeoutException">It did not come: with what came last.</exception>
    /// <exception cref="InvalidOperationException">The process is over, and it did not come.</exception>
    public async Task<OutputLine> WaitForLineAsync(Func<OutputLine, bool> wanted, TimeSpan bound, int from = 0)
    {
        try
        {
            return await _log.FirstAsync(wanted, from).WaitAsync(bound) ?? throw new InvalidOperationException($"It ended ({ExitCode}) without the line.\n{Tell()}");
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No such line within {bound.TotalSeconds} s.\n{Tell()}");
        }
    }

    /// <summary>Waits for a line with that text in it.</summary>
    public Task<OutputLine> WaitForLineAsync(string part, TimeSpan bound, int from = 0) =>
        WaitForLineAsync(line => line.Text.Contains(part, StringComparison.Ordinal), bound, from);

    /// <summary>Waits for its end, and until everything it wrote is read.</summary>
    /// <returns>The exit code; 128 + n for signal n.</returns>
    /// <exception cref="TimeoutException">It runs on.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan bound)
    {
        try
        {
            return await _ended.WaitAsync(bound);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"It still runs after {bound.TotalSeconds} s.\n{Tell()}");
        }
    }

    /// <summary>Sends a signal of <see cref="Native"/> to the program, and to nothing that it started.</summary>
    /// <returns>Whether it still ran.</returns>
    public bool Signal(int signal) => !HasExited && Native.TrySignal(Id, signal);

    /// <summary>Asks it to end (SIGTERM).</summary>
    public bool Terminate() => Signal(Native.Terminate);

    /// <summary>Kills it (SIGKILL), as a power cut does.</summary>
    public bool Kill() => Signal(Native.Kill);

    /// <summary>Stands it still (SIGSTOP), as a machine does that swaps or sleeps; it has stopped when this returns.</summary>
    public void Freeze()
    {
        Signal(Native.Stop);
        SpinWait.SpinUntil(() => HasExited || ProcFile.Stat(Id) is not { State: not 'T' }, Soon);
    }

    /// <summary>Lets it go on (SIGCONT).</summary>
    public void Thaw() => Signal(Native.Continue);

    /// <summary>Memory it holds, of the process alone.</summary>
    /// <param name="value">VmRSS (resident), VmHWM (its peak), RssAnon (without files) ...</param>
    /// <returns>In bytes; null where it is over.</returns>
    public long? ReadMemory(string value = "VmRSS") => ProcFile.StatusKiB(Id, value) * 1024;

    /// <summary>From now on VmHWM is the peak from now on.</summary>
    public void ResetPeak() => File.WriteAllText($"/proc/{Id}/clear_refs", "5");

    /// <summary>Processor time it took so far; null where it is over.</summary>
    public TimeSpan? ReadCpu() => ProcFile.Stat(Id) is { } stat ? TimeSpan.FromMilliseconds(stat.CpuTicks * 10) : null;

    /// <summary>The last lines it wrote, for a message.</summary>
    public string Tell() => string.Join('\n', Lines.TakeLast(40));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        // What it started might hold its pipes open.
        await Task.WhenAny(_ended, Task.Delay(Soon));
        _process.Dispose();
        if (_ownsFolder) Leftovers.TryDelete(Folder);
    }

    private static IEnumerable<string> Command(NodeStart start)
    {
        // A runner in the background may ignore SIGINT, and what it starts would inherit that.
        IEnumerable<string> command = ["--default-signal=INT"];
        // Not ip netns exec: it puts another /sys in place, without the control groups that the program looks at.
        if (start.At is { } node) command = [.. command, "nsenter", $"--net={NetworkNamespace.Folder}/{node.Namespace}"];
        if (start.Clock is { } clock) command = [.. command, .. clock.Command];
        if (start.Cores is { } cores) command = [.. command, "taskset", "-c", cores];
        command = [.. command, "sh", "-c", $"echo \"{Announcement}$$\" >&2; exec \"$@\"", "sh"];
        if (start.Clock is { Preload: { } preload }) command = [.. command, "env", .. preload];
        return [.. command, start.Program, .. start.Arguments];
    }

    private async Task ReadAsync(StreamReader from, bool isError)
    {
        while (await from.ReadLineAsync() is { } text)
        {
            if (isError && !_started.Task.IsCompleted && text.StartsWith(Announcement, StringComparison.Ordinal))
                _started.TrySetResult(int.Parse(text[Announcement.Length..], System.Globalization.CultureInfo.InvariantCulture));
            else _log.Add(new OutputLine(Now, isError, text));
        }
    }

    private async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        // A process that it started and left behind may hold the pipes; what is read until then has to do.
        await Task.WhenAny(_read, Task.Delay(TimeSpan.FromSeconds(2)));
        var code = _process.ExitCode;
        _log.Complete();
        return code;
    }
}
