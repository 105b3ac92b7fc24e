using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// The results of a sink, followed as they grow. The sink gathers up to a second, or some 60 KiB, before it writes: frames show here in
/// blocks. A line without its end is left for later.
/// </summary>
internal sealed class JsonLines : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly FileSystemWatcher _watcher;
    private readonly MemoryStream _rest = new();
    private readonly List<(long Frame, JsonElement Line)> _lines = [];
    private readonly List<string> _faults = [];
    private TaskCompletionSource _grew = NewSource();
    private long _read;

    /// <param name="path">The file, which need not be there yet; its folder is made.</param>
    public JsonLines(string path)
    {
        _path = path;
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _watcher = new FileSystemWatcher(folder.FullName, Path.GetFileName(path)) { NotifyFilter = NotifyFilters.Size | NotifyFilters.LastWrite | NotifyFilters.FileName };
        _watcher.Changed += (_, _) => Tell();
        _watcher.Created += (_, _) => Tell();
        _watcher.EnableRaisingEvents = true;
    }

    /// <value>The lines so far, by frame, in the order of the file.</value>
    public IReadOnlyList<(long Frame, JsonElement Line)> Lines
    {
        get
        {
            lock (_gate)
            {
                ReadOn();
                return [.. _lines];
            }
        }
    }

    /// <summary>The first line of a frame; null where there is none yet.</summary>
    public JsonElement? this[long frame]
    {
        get
        {
            var found = Lines.Where(l => l.Frame == frame).Select(l => (JsonElement?)l.Line).FirstOrDefault();
            return found;
        }
    }

    /// <summary>Waits until the sink has opened the file, though nothing may be in it yet: its pipeline runs.</summary>
    public Task WaitForFileAsync(TimeSpan bound) => WaitAsync(() => File.Exists(_path), "it is not there", bound);

    /// <summary>Waits until there are so many lines.</summary>
    /// <exception cref="TimeoutException">There are not: with how many there are.</exception>
    public Task WaitForLinesAsync(int count, TimeSpan bound) => WaitAsync(() => _lines.Count >= count, $"it has no {count} lines", bound);

    /// <summary>Waits until there are so many lines of a kind.</summary>
    /// <param name="which">The kind.</param>
    /// <param name="count">How many.</param>
    /// <param name="bound">How long.</param>
    /// <param name="from">The number of lines to pass over: <c>Lines.Count</c> for what is still to come.</param>
    /// <exception cref="TimeoutException">There are not: with how many lines there are.</exception>
    public Task WaitForLinesAsync(Func<JsonElement, bool> which, int count, TimeSpan bound, int from = 0)
    {
        int seen = from, found = 0;
        return WaitAsync(() =>
        {
            for (; seen < _lines.Count; seen++)
                if (which(_lines[seen].Line)) found++;
            return found >= count;
        }, $"it has no {count} such lines from line {from} on", bound);
    }

    /// <summary>What is not as it should be: each frame from the first on has one line, in order.</summary>
    /// <param name="count">How many frames; null for as many as there are.</param>
    /// <returns>A sentence each, ten at most.</returns>
    public IReadOnlyList<string> FindFaults(long? count = null)
    {
        lock (_gate)
        {
            ReadOn();
            List<string> faults = [.. _faults];
            var expected = 0L;
            foreach (var (frame, _) in _lines)
            {
                if (frame < expected) faults.Add($"frame {frame} comes again, or late, behind {expected - 1}");
                else if (frame > expected) faults.Add(frame == expected + 1 ? $"frame {expected} is missing" : $"frames {expected} to {frame - 1} are missing");
                expected = Math.Max(expected, frame + 1);
            }
            if (count is { } all && expected != all) faults.Add($"it ends at frame {expected - 1} and should at {all - 1}");
            if (_rest.Length > 0 && count is not null) faults.Add("its last line has no end");
            return [.. faults.Take(10)];
        }
    }

    /// <summary>Says what is not as it should be.</summary>
    public void AssertEachFrameOnceInOrder(long? count = null) => Assert.True(FindFaults(count) is [], string.Join("; ", FindFaults(count)));

    /// <summary>How many lines have which outcome.</summary>
    public IReadOnlyDictionary<string, int> CountOutcomes() =>
        Lines.GroupBy(l => l.Line.GetProperty("outcome").GetString()!).ToDictionary(g => g.Key, g => g.Count());

    public void Dispose() => _watcher.Dispose();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Tell()
    {
        lock (_gate)
        {
            _grew.TrySetResult();
            _grew = NewSource();
        }
    }

    private async Task WaitAsync(Func<bool> enough, string otherwise, TimeSpan bound)
    {
        using var end = new CancellationTokenSource(bound);
        while (true)
        {
            Task grew;
            lock (_gate)
            {
                ReadOn();
                if (enough()) return;
                grew = _grew.Task;
            }
            try
            {
                await grew.WaitAsync(end.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{_path}: {otherwise} after {bound.TotalSeconds} s, but {Lines.Count}.");
            }
        }
    }

    private void ReadOn()
    {
        if (!File.Exists(_path)) return;
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length < _read) _faults.Add("the file was begun anew");
        if (file.Length <= _read) return;
        file.Position = _read;
        file.CopyTo(_rest);
        _read = file.Position;
        var bytes = _rest.ToArray();
        var start = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', start)) >= 0; start = end + 1) Take(bytes.AsMemory(start, end - start));
        _rest.SetLength(0);
        _rest.Write(bytes, start, bytes.Length - start);
    }

    private void Take(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            _lines.Add((document.RootElement.GetProperty("frame").GetInt64(), document.RootElement.Clone()));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"the line after {_lines.Count} others is none of a frame: {Encoding.UTF8.GetString(text.Span)}"));
        }
    }
}
