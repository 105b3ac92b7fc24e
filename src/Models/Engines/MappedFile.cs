using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace ActorPipeline.Engines;

/// <summary>A file's content in memory, read-only, as pages of the file: the system may drop them and read them again.</summary>
internal sealed unsafe partial class MappedFile : IDisposable
{
    private const int DontNeed = 4;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _first;
    private bool _disposed;

    /// <exception cref="IOException">It cannot be read, or is empty.</exception>
    public MappedFile(string path)
    {
        Path = path;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, mapName: null, capacity: 0, MemoryMappedFileAccess.Read);
        try
        {
            _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _first);
        _first += _view.PointerOffset;
        Length = new FileInfo(path).Length;
    }

    /// <summary>Which.</summary>
    public string Path { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Where a byte of it lies.</summary>
    public IntPtr At(long offset) => (IntPtr)(_first + offset);

    /// <summary>Lets the pages that lie wholly in a range go from this process; they come back when they are read.</summary>
    public void Drop(long offset, long length)
    {
        var page = Environment.SystemPageSize;
        var (from, to) = (Up((long)_first + offset, page), ((long)_first + offset + length) / page * page);
        // Advice: where it is refused the pages merely stay.
        if (to > from && OperatingSystem.IsLinux()) _ = Advise((IntPtr)from, (nuint)(to - from), DontNeed);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private static long Up(long value, long page) => (value + page - 1) / page * page;

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(IntPtr from, nuint length, int advice);
}
