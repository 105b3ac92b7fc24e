using Microsoft.Win32.SafeHandles;

namespace ActorPipeline.Device;

/// <summary>
/// A file in which the kernel speaks (/proc, /sys), read again and again from its start: each read is a fresh picture. Kept open,
/// because opening it is most of the cost. Where it cannot be read it says nothing, and is tried again the next time. Safe from any thread.
/// </summary>
internal sealed class KernelFile(string path) : IDisposable
{
    private readonly Lock _guard = new();
    private SafeFileHandle? _handle;

    /// <summary>Where it is.</summary>
    public string Path { get; } = path;

    /// <summary>Fills the buffer from the file's start.</summary>
    /// <returns>What was read; empty where there is no such file or it cannot be read.</returns>
    public ReadOnlySpan<byte> Read(Span<byte> buffer)
    {
        lock (_guard)
        {
            try
            {
                if (_handle is null)
                {
                    // Asked first: a file that is not there would cost an exception at every read.
                    if (!File.Exists(Path)) return [];
                    _handle = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                }
                // The kernel may give less than there is in one go.
                var length = 0;
                while (length < buffer.Length && RandomAccess.Read(_handle, buffer[length..], length) is > 0 and var more) length += more;
                return buffer[..length];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                _handle?.Dispose();
                _handle = null;
                return [];
            }
        }
    }

    /// <summary>The whole file as text, for what is read once.</summary>
    /// <returns>Null where it cannot be read.</returns>
    public static string? ReadText(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        lock (_guard) _handle?.Dispose();
    }
}
