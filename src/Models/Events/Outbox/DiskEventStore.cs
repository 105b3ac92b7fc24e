using System.Globalization;
using ActorPipeline.Sinks;

namespace ActorPipeline.Events.Outbox;

/// <summary>
/// Keeps events in a folder, in files of a sixteenth of the bound: where there is no room, the oldest file goes with the events that wait in
/// it. A file that cannot be deleted counts on, and where there is no room then, what comes is dropped. A killed process loses nothing of it; a power cut the events of the last seconds, and never a half one stays. Where somebody deletes
/// the folder, what waits is delivered by this run all the same, and what comes is kept in a new one.
/// </summary>
/// <param name="folder">Its own; no other process and no other sink uses it at the same time.</param>
/// <param name="limit">Bytes of all files at most.</param>
/// <param name="warn">Gets what is odd about its files, for people; once for each time that it begins.</param>
internal sealed class DiskEventStore(string folder, Bytes limit, Action<string> warn) : IEventStore
{
    private const string Extension = ".events";
    private const int Parts = 16;

    private readonly Lock _gate = new();
    private readonly EventBook<Place> _book = new();
    private readonly List<StoreSegment> _segments = [];
    private StoreHead? _head;
    private bool _forgets;
    private string? _undeleted;

    /// <inheritdoc/>
    public int Waiting => Locked(() => _book.Waiting);

    /// <inheritdoc/>
    public long Delivered => Locked(() => _book.Delivered);

    /// <inheritdoc/>
    public long Dropped => Locked(() => _book.Dropped);

    /// <inheritdoc/>
    public long Untold => Locked(() => _book.Untold);

    /// <inheritdoc/>
    public string Where => $"in '{folder}'";

    private string HeadPath => Path.Combine(folder, "head");

    /// <inheritdoc/>
    public void Open()
    {
        lock (_gate)
        {
            try
            {
                Directory.CreateDirectory(folder);
                _head = StoreHead.Open(HeadPath);
                foreach (var (number, path) in Files()) Recover(number, path);
                _book.Resume(_head.Oldest, _head.Untold);
                FreePassed();
            }
            catch (Exception e) when (SinkFiles.IsFileError(e))
            {
                throw new SinkException($"the store '{folder}' of events that wait cannot be opened: {e.Message}", e);
            }
        }
    }

    /// <inheritdoc/>
    public string? Add(byte[] payload)
    {
        lock (_gate)
        {
            try
            {
                var size = StoreSegment.SizeOf(payload.Length);
                if (size > limit.Count / Parts) return Refuse($"an event of {payload.Length} bytes is larger than a sixteenth of store-limit");
                if (!File.Exists(HeadPath)) BeginAnew();
                MakeRoom(size);
                if (!Fits(size)) return Refuse($"there is no room: {_undeleted}");
                var tail = Tail(size);
                _book.Add(new Place(tail, tail.Append(_book.Next, payload), payload.Length));
                return null;
            }
            catch (Exception e) when (SinkFiles.IsFileError(e))
            {
                return Refuse(e.Message);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<StoredEvent> Take(int most)
    {
        lock (_gate) return [.. _book.Take(most).Select(taken => new StoredEvent(taken.Sequence, taken.Place.Segment.Read(taken.Place.Offset, taken.Place.Length)))];
    }

    /// <inheritdoc/>
    public void Settle(long upTo, bool refused)
    {
        lock (_gate)
        {
            _book.Settle(upTo, refused, _ => { });
            FreePassed();
            Remember();
        }
    }

    /// <inheritdoc/>
    public void Told(long count)
    {
        lock (_gate)
        {
            _book.Told(count);
            Remember();
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        lock (_gate)
        {
            try
            {
                foreach (var segment in _segments) segment.Flush();
            }
            catch (Exception e) when (SinkFiles.IsFileError(e))
            {
                warn($"events in '{folder}' may not survive a power cut: {e.Message}");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var segment in _segments) segment.Dispose();
            _segments.Clear();
            _head?.Dispose();
        }
    }

    private IEnumerable<(long Number, string Path)> Files() => Directory.EnumerateFiles(folder, "*" + Extension)
        .Select(path => (Number: long.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1, Path: path))
        .Where(file => file.Number >= 0).OrderBy(file => file.Number);

    private void Recover(long number, string path)
    {
        var segment = new StoreSegment(path, number, FileMode.Open);
        _segments.Add(segment);
        var cut = segment.Scan((sequence, offset, length) =>
        {
            if (sequence >= Math.Max(_head!.Oldest, _book.Next)) _book.Recover(sequence, new Place(segment, offset, length));
        });
        if (cut > 0) warn($"the store '{folder}' ended in {cut} bytes that were not written whole; they are gone");
    }

    /// <summary>Its folder was deleted.</summary>
    private void BeginAnew()
    {
        Directory.CreateDirectory(folder);
        var head = StoreHead.Open(HeadPath);
        _head?.Dispose();
        _head = head;
        Remember();
    }

    private bool Fits(long size) => _segments.Sum(segment => segment.Length) + size <= limit.Count;

    /// <summary>Drops the oldest until an event fits. Where files cannot be deleted, that would make no room, and none is dropped.</summary>
    private void MakeRoom(long size)
    {
        FreePassed();
        var dropped = false;
        while (!Fits(size) && _book.Waiting > 0 && _undeleted is null)
        {
            _book.DropOldest();
            dropped = true;
            FreePassed();
        }
        if (dropped) Remember();
    }

    private StoreSegment Tail(long size)
    {
        if (_segments.Count > 0 && _segments[^1].Length + size <= limit.Count / Parts && File.Exists(_segments[^1].Path)) return _segments[^1];
        var number = _segments.Count > 0 ? _segments[^1].Number + 1 : 1;
        // Found empty after a try that failed: nothing of it counts.
        var segment = new StoreSegment(Path.Combine(folder, number.ToString("D12", CultureInfo.InvariantCulture) + Extension), number, FileMode.Create);
        _segments.Add(segment);
        return segment;
    }

    /// <summary>Removes files that no waiting event lies in. One that cannot be deleted stays, and is tried again the next time.</summary>
    private void FreePassed()
    {
        string[] undeleted = [.. Passed().Select(TryDelete).OfType<string>()];
        if (undeleted.Length > 0 && _undeleted is null) warn(undeleted[0]);
        _undeleted = undeleted.FirstOrDefault();
    }

    /// <summary>Files that no waiting event lies in, but the last while it has room: it is written on.</summary>
    private List<StoreSegment> Passed()
    {
        if (_book.TryOldest(out var oldest)) return _segments[.._segments.IndexOf(oldest.Segment)];
        return _segments.Count > 0 && _segments[^1].Length <= limit.Count / Parts / 2 ? _segments[..^1] : [.. _segments];
    }

    /// <summary>Deletes one.</summary>
    /// <returns>Why it cannot be, for people; null where it is gone.</returns>
    private string? TryDelete(StoreSegment segment)
    {
        try
        {
            if (Path.Exists(segment.Path)) File.Delete(segment.Path);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            return $"'{segment.Path}', in which no event waits, cannot be deleted: {e.Message}";
        }
        segment.Dispose();
        _segments.Remove(segment);
        return null;
    }

    /// <summary>Keeps how far it got. Where that fails, some events are delivered twice after a restart, which they may be.</summary>
    private void Remember()
    {
        try
        {
            _head?.Write(_book.Oldest, _book.Untold);
            _forgets = false;
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            if (!_forgets) warn($"how far events in '{folder}' were delivered could not be kept: {e.Message}");
            _forgets = true;
        }
    }

    private string Refuse(string reason)
    {
        _book.CountDropped(1);
        return reason;
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate) return read();
    }

    private readonly record struct Place(StoreSegment Segment, long Offset, int Length);
}
