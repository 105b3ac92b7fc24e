using System.Text.Json;

namespace ActorPipeline.Catalog;

/// <summary>
/// Keeps footprints in one small file that survives restarts and may be shared by processes. Each write is a read, a change and a
/// write under a lock file, so that no process undoes what another found; the new file takes the old one's place in one step, so
/// that a process that dies leaves the one or the other. Observations are written by a thread of the pool, the first of a key at once
/// and then each <see cref="WriteEvery"/>th: a swap must not wait for a disk. Where the place cannot be written it warns
/// once, and goes on in memory.
/// </summary>
public sealed class FootprintStore : IFootprintStore, IDisposable
{
    /// <summary>So many observations of any keys may be lost where the process is killed.</summary>
    public const int WriteEvery = 16;

    private readonly record struct Change(FootprintKey Key, Func<FootprintRecord?, FootprintRecord> Apply);

    private readonly CacheFile _file;
    private readonly Action<string> _warn;
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private OrderedDictionary<FootprintKey, FootprintRecord> _records;
    private List<Change> _pending = [];
    private int _unwritten;
    private bool _queued;
    private bool _warned;

    /// <summary>Reads the file, where there is one.</summary>
    /// <param name="path">The file; <see cref="FootprintFolder.DefaultPath"/> for the user's own.</param>
    /// <param name="warn">Gets what went wrong, from any thread; for people.</param>
    public FootprintStore(string path, Action<string>? warn = null)
    {
        _warn = warn ?? (_ => { });
        _file = new CacheFile(path);
        _records = Read();
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public FootprintRecord? Find(FootprintKey key)
    {
        lock (_gate) return _records.GetValueOrDefault(key);
    }

    /// <summary>Keeps a measurement in the place of what was known of its key; it is on the disk when this returns.</summary>
    public void Add(FootprintKey key, FootprintRecord record)
    {
        lock (_gate) Make(new Change(key, _ => record));
        Flush();
    }

    /// <inheritdoc/>
    public void Observe(FootprintKey key, FootprintObservation observation)
    {
        lock (_gate)
        {
            var first = !_records.ContainsKey(key);
            Make(new Change(key, before => (before ?? new FootprintRecord()).Observe(observation)));
            _unwritten++;
            if (_queued || !(first || _unwritten >= WriteEvery)) return;
            _queued = true;
        }
        ThreadPool.QueueUserWorkItem(static store => store.Flush(), this, preferLocal: false);
    }

    /// <inheritdoc/>
    public bool Flush()
    {
        lock (_writing)
        {
            List<Change> changes;
            lock (_gate)
            {
                (_queued, _unwritten) = (false, 0);
                if (_pending.Count == 0) return true;
                (changes, _pending) = (_pending, []);
            }
            var records = Write(changes);
            lock (_gate)
            {
                if (records is null)
                {
                    // Still to be written: the place may come back.
                    _pending.InsertRange(0, changes);
                    return false;
                }
                _records = records;
                foreach (var change in _pending) Apply(_records, change);
                return true;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Flush();

    private void Make(Change change)
    {
        Apply(_records, change);
        _pending.Add(change);
        // In memory alone the list would grow for ever: what it did to the records stays.
        if (_pending.Count > FootprintFile.MostRecords) _pending.RemoveAt(0);
    }

    private OrderedDictionary<FootprintKey, FootprintRecord>? Write(List<Change> changes)
    {
        try
        {
            using var mine = _file.Lock();
            var records = Read();
            foreach (var change in changes) Apply(records, change);
            var models = records.Select(r => new FootprintEntry(r.Key, r.Value)).TakeLast(FootprintFile.MostRecords);
            _file.Write(new FootprintFile(FootprintFile.CurrentVersion, [.. models]).ToText());
            return records;
        }
        catch (Exception e) when (CacheFile.IsFileError(e))
        {
            if (!_warned) _warn($"measured footprints cannot be kept in '{Path}' ({e.Message}); they are known to this process alone");
            _warned = true;
            return null;
        }
    }

    private OrderedDictionary<FootprintKey, FootprintRecord> Read()
    {
        try
        {
            return _file.Read() is { } text ? new(FootprintFile.Parse(text).Models.Select(m => KeyValuePair.Create(m.Key, m.Record))) : [];
        }
        catch (Exception e) when (e is JsonException or ArgumentException) // the latter: a key twice
        {
            var aside = _file.SetAside();
            _warn($"the file of measured footprints '{Path}' cannot be used: {e.Message}; {(aside is null ? "a new one is written" : $"it is kept as '{aside}', and a new one is written")}");
        }
        catch (Exception e) when (CacheFile.IsFileError(e))
        {
            _warn($"the file of measured footprints '{Path}' cannot be read: {e.Message}");
        }
        return [];
    }

    // Taken out first, so that what changed last stands last: the oldest are dropped where there are too many.
    private static void Apply(OrderedDictionary<FootprintKey, FootprintRecord> records, Change change)
    {
        records.Remove(change.Key, out var before);
        records[change.Key] = change.Apply(before);
    }
}
