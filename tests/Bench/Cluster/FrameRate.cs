using System.Diagnostics;

namespace ActorPipeline.Bench.Cluster;

/// <summary>Watches a results file grow: how many frames were written when.</summary>
/// <param name="path">JSON lines, a frame each.</param>
internal sealed class FrameRate(string path)
{
    private readonly List<(double At, long Frames)> _seen = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _frames;
    private long _read;

    /// <summary>Seconds since it began to watch.</summary>
    public double Now => _clock.Elapsed.TotalSeconds;

    /// <summary>Looks at it every 50 ms for so many seconds, or until the process has ended.</summary>
    public async Task WatchAsync(double seconds, Func<bool> ended)
    {
        for (var until = Now + seconds; Now < until && !ended();)
        {
            Look();
            await Task.Delay(50);
        }
    }

    /// <summary>Frames a second between two moments.</summary>
    public double Between(double from, double to)
    {
        var within = _seen.Where(s => s.At >= from && s.At <= to).ToArray();
        return within.Length < 2 ? 0 : (within[^1].Frames - within[0].Frames) / (within[^1].At - within[0].At);
    }

    /// <summary>Seconds from a moment until the rate over a window is at least so much, counted to the window's beginning; infinity for never.</summary>
    public double Back(double from, double window, double rate)
    {
        foreach (var (at, _) in _seen)
            if (at >= from && at + window <= Now && Between(at, at + window) >= rate) return at - from;
        return double.PositiveInfinity;
    }

    private void Look()
    {
        if (!File.Exists(path)) return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _read;
        Span<byte> buffer = stackalloc byte[16 * 1024];
        for (int count; (count = file.Read(buffer)) > 0; _read += count) _frames += buffer[..count].Count((byte)'\n');
        _seen.Add((Now, _frames));
    }
}
