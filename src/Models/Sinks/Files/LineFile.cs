using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace ActorPipeline.Sinks.Files;

/// <summary>
/// A file of lines, each result's all in one file. Lines are gathered in a buffer and written within a second, as long as results come; a disk
/// that is full shows then. Where it rotates, one that is full or old enough gets the name of its time. What an earlier run left is written on
/// where files rotate by size alone; else it is set aside, because a file does not say how old it is. Without rotation a new run takes the
/// file's place.
/// </summary>
/// <param name="path">The file that is written.</param>
/// <param name="header">What every file begins with; whole lines, or nothing.</param>
/// <param name="rotate">When a new file is begun; null for never.</param>
/// <param name="faults">Gets what cannot be written.</param>
/// <param name="time">Measures how old a file is, and names it.</param>
internal sealed class LineFile(string path, ReadOnlyMemory<byte> header, RotateSettings? rotate, SinkFaults faults, TimeProvider time) : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);

    private readonly ArrayBufferWriter<byte> _lines = new(BufferBytes);
    private readonly FileSeries _older = SinkFiles.SeriesBeside(path);
    private SafeFileHandle? _file;
    private bool _open;
    private int _results;
    private long _length;
    private long _flushed;
    private Turn _turn;

    /// <summary>Opens it.</summary>
    /// <exception cref="SinkException">It cannot be written.</exception>
    public void Open()
    {
        SinkFiles.MakeFolder("Results", path);
        _flushed = time.GetTimestamp();
        try
        {
            if (rotate is null) Begin(FileMode.Create);
            else Resume(rotate);
            _turn = new Turn(_flushed, 0);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            throw new SinkException($"Results '{path}' cannot be written: {e.Message}", e);
        }
        _open = true;
    }

    /// <summary>Adds a result.</summary>
    /// <param name="lines">One or several whole lines.</param>
    /// <exception cref="SinkException">It cannot be written, and the sink does not drop.</exception>
    public void Add(ReadOnlySpan<byte> lines)
    {
        if (!_open) throw new SinkException($"Results '{path}' are not open.");
        if (rotate is not null && IsDue(rotate, lines.Length)) Rotate(rotate);
        _lines.Write(lines);
        _results++;
        if (_lines.WrittenCount >= BufferBytes - 4096 || time.GetElapsedTime(_flushed) >= FlushEvery) Flush();
    }

    /// <summary>Writes what is still held back and closes it.</summary>
    /// <exception cref="SinkException">It cannot be finished, and the sink does not drop.</exception>
    public void Complete()
    {
        Flush();
        Close();
        _open = false;
    }

    /// <summary>Whoever goes away without <see cref="Complete"/> keeps the lines so far, as far as they can be kept.</summary>
    public void Dispose()
    {
        try
        {
            if (_open) Complete();
        }
        catch (SinkException)
        {
            Close();
        }
    }

    /// <summary>Goes on where an earlier run was.</summary>
    private void Resume(RotateSettings settings)
    {
        _older.Scan();
        var left = new FileInfo(path);
        if (left is { Exists: true, Length: > 0 } && !IsWrittenOn(settings, left)) Retire();
        Begin(FileMode.OpenOrCreate);
        _older.Shrink(settings.Keep);
    }

    /// <summary>Whether an earlier run's file has room and no age that counts, ends with a whole line, and begins as this run's would.</summary>
    private bool IsWrittenOn(RotateSettings settings, FileInfo left)
    {
        if (left.Length >= settings.Size?.Count || (settings.Every is not null && left.Length > header.Length)) return false;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var (start, end) = (new byte[header.Length], new byte[1]);
        return RandomAccess.Read(file, start, 0) == start.Length && start.AsSpan().SequenceEqual(header.Span) && RandomAccess.Read(file, end, left.Length - 1) == 1 && end[0] == '\n';
    }

    private bool IsDue(RotateSettings settings, int more)
    {
        var written = (_length > 0 ? _length : header.Length) + _lines.WrittenCount;
        if (written <= header.Length) return false;
        return written - _turn.Length + more > settings.Size?.Count || time.GetElapsedTime(_turn.Begun) >= settings.Every;
    }

    private void Rotate(RotateSettings settings)
    {
        Flush();
        Close();
        try
        {
            Retire();
            _older.Shrink(settings.Keep);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            // Nothing is lost by that: it is written on, and tried again when it is due once more.
            faults.Warn($"Results '{path}' cannot be rotated: {e.Message}");
        }
        _turn = new Turn(time.GetTimestamp(), _length);
    }

    private void Retire()
    {
        var older = _older.Next(time.GetUtcNow());
        var length = new FileInfo(path).Length;
        File.Move(path, older);
        _older.Add(older, length);
        _length = 0;
    }

    private void Begin(FileMode mode)
    {
        _file = File.OpenHandle(path, mode, FileAccess.Write, FileShare.Read);
        _length = mode == FileMode.Create ? 0 : RandomAccess.GetLength(_file);
    }

    private void Flush()
    {
        if (_lines.WrittenCount == 0 && (_length > 0 || header.Length == 0)) return;
        try
        {
            if (_file is not null && !File.Exists(path)) Forget();
            if (_file is null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
                Begin(FileMode.OpenOrCreate);
            }
            Write();
            if (_results > 0) faults.Wrote(path);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            CutBack();
            faults.Lose(_results, $"Results '{path}' cannot be written: {e.Message}", e);
        }
        finally
        {
            _lines.ResetWrittenCount();
            _results = 0;
            _flushed = time.GetTimestamp();
        }
    }

    private void Write()
    {
        var at = _length;
        if (at == 0)
        {
            RandomAccess.Write(_file!, header.Span, 0);
            at = header.Length;
        }
        RandomAccess.Write(_file!, _lines.WrittenSpan, at);
        _length = at + _lines.WrittenCount;
    }

    /// <summary>Somebody deleted the file, or moved it: what comes now goes into a new one.</summary>
    private void Forget()
    {
        faults.Warn($"Results '{path}' were taken away; a new file is begun");
        Close();
        _turn = new Turn(time.GetTimestamp(), 0);
    }

    /// <summary>Of a result that was not written whole nothing stays.</summary>
    private void CutBack()
    {
        try
        {
            if (_file is not null) RandomAccess.SetLength(_file, _length);
        }
        catch (Exception e) when (SinkFiles.IsFileError(e))
        {
            // A device, or a disk that takes nothing at all.
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>Since when, and how far, the file is written without having been due.</summary>
    private readonly record struct Turn(long Begun, long Length);
}
