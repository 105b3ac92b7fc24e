using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorPipeline.Device;

namespace ActorPipeline.Bench.Cgroup;

/// <summary>What one run in a group came to.</summary>
/// <param name="ExitCode">The run's.</param>
/// <param name="Summary">What it printed; empty where it printed nothing.</param>
/// <param name="Error">What it said on standard error.</param>
/// <param name="OomKills">Processes of the group that the kernel killed.</param>
/// <param name="HogDied">Whether the other program ended by itself.</param>
/// <param name="LimitHits">How often the group ran into its limit.</param>
/// <param name="MostUsed">The highest usage sampled, with pages of files that the kernel could have dropped.</param>
/// <param name="MostHeld">The highest sampled of what could not be dropped.</param>
/// <param name="MostAnonymous">The run's highest anonymous memory sampled.</param>
/// <param name="MostFile">The run's most resident pages of files sampled.</param>
/// <param name="MostResident">The most of all that was resident of it.</param>
internal sealed record GroupRunResult(
    int ExitCode, JsonObject Summary, string Error, long OomKills, bool HogDied, long LimitHits, Bytes MostUsed, Bytes MostHeld, Bytes MostAnonymous, Bytes MostFile, Bytes MostResident)
{
    /// <summary>A number of the summary by its path; zero where there is none.</summary>
    public long Number(string path) =>
        path.Split('.').Aggregate((JsonNode?)Summary, (node, part) => node?[part]) is { } value ? (long)value : 0;

    /// <summary>Frames that ended in any way.</summary>
    public long Concluded => Number("frames.classified") + Number("frames.empty") + Sum("dropped") + Sum("failed");

    /// <summary>Frames that failed.</summary>
    public long Failed => Sum("failed");

    private long Sum(string reasons) => Summary["frames"]?[reasons] is JsonObject counts ? counts.Sum(c => (long)c.Value!) : 0;
}

/// <summary>The other program's pattern.</summary>
/// <param name="Ballast">What it takes at the beginning and keeps.</param>
/// <param name="Most">The highest level of a wave.</param>
/// <param name="Sudden">The highest level that is taken at once.</param>
/// <param name="Seed">Of the pattern.</param>
internal sealed record HogPattern(Bytes Ballast, Bytes Most, Bytes Sudden, int Seed);

/// <summary>
/// One run of <c>run --config hocon/street.conf</c> in a memory group of its own, alone or beside a <see cref="Hog"/> in the same group.
/// All that was started has ended, and the group is gone, when this returns or throws.
/// </summary>
/// <param name="folder">For what the run writes.</param>
/// <param name="frames">Frames of the video; null for all.</param>
internal sealed class GroupRun(string folder, int? frames)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    // Whoever waits for memory that never comes waits for ever: a short run is ended sooner than a whole film.
    private readonly TimeSpan _longest = TimeSpan.FromMinutes(frames is null ? 20 : 3);

    private Bytes _used, _held, _anonymous, _file, _resident;

    /// <summary>Runs it; blocks.</summary>
    /// <param name="limit">Of the group; null for none.</param>
    /// <param name="hog">The other program; null for none.</param>
    /// <param name="stop">Ends both.</param>
    public GroupRunResult Run(Bytes? limit, HogPattern? hog, CancellationToken stop)
    {
        using var group = MemoryGroup.Create(limit);
        using var other = hog is null ? null : StartHog(hog);
        using var run = Start(group);
        try
        {
            var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            if (other is not null)
            {
                group.Add(other);
                other.StandardInput.WriteLine("begin");
            }
            var clock = Stopwatch.StartNew();
            while (!run.WaitForExit(Interval) && clock.Elapsed < _longest)
            {
                stop.ThrowIfCancellationRequested();
                Sample(group, run.Id);
            }
            var hogDied = other is { HasExited: true };
            End(run);
            var summary = run.ExitCode is 0 or 1 && output.Result.TrimEnd().Split('\n')[^1] is { Length: > 0 } line ? JsonNode.Parse(line)!.AsObject() : [];
            return new GroupRunResult(run.ExitCode, summary, error.Result, group.OomKills, hogDied, group.Failures, _used, _held, _anonymous, _file, _resident);
        }
        finally
        {
            End(run);
            if (other is not null) End(other);
        }
    }

    private Process Start(MemoryGroup group)
    {
        var host = Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll");
        var start = group.Starting("dotnet", [host, "run", "--config", BenchData.StreetConfiguration, "--out", Path.Combine(folder, "out"), "--json",
            .. frames is { } most ? ["--frames", most.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>()]);
        start.Environment["ACTORPIPELINE_CACHE"] = Path.Combine(folder, "cache");
        return Process.Start(start)!;
    }

    private static Process StartHog(HogPattern hog)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "ActorPipeline.Bench")) { RedirectStandardInput = true };
        foreach (var value in (long[])[hog.Ballast.Count, hog.Most.Count, hog.Sudden.Count, hog.Seed]) start.ArgumentList.Add(value.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Insert(0, Hog.Command);
        return Process.Start(start)!;
    }

    private void Sample(MemoryGroup group, int process)
    {
        var reading = group.Read();
        (_used, _held) = (Bytes.Max(_used, reading.Usage), Bytes.Max(_held, reading.Held));
        if (KernelFile.ReadText($"/proc/{process}/status") is not { } status) return;
        _anonymous = Bytes.Max(_anonymous, Kibibytes(status, "RssAnon:"));
        _file = Bytes.Max(_file, Kibibytes(status, "RssFile:"));
        _resident = Bytes.Max(_resident, Kibibytes(status, "VmRSS:"));
    }

    private static Bytes Kibibytes(string status, string name)
    {
        var at = status.IndexOf(name, StringComparison.Ordinal);
        return at < 0 ? Bytes.Zero : Bytes.KiB(long.Parse(status.AsSpan(at + name.Length, status.IndexOf("kB", at, StringComparison.Ordinal) - at - name.Length).Trim(), CultureInfo.InvariantCulture));
    }

    private static void End(Process process)
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit();
    }
}
