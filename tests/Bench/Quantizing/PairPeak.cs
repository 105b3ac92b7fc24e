using ActorPipeline.Device;

namespace ActorPipeline.Bench.Quantizing;

/// <summary>
/// The most that another process held, as the kernel says of it from outside: anonymous memory each few milliseconds, and resident pages of
/// the pair's files, of engines or models, each quarter of a second, because that takes the kernel some milliseconds.
/// </summary>
/// <param name="process">Its number.</param>
/// <param name="files">Folders and files whose pages count.</param>
internal sealed class PairPeak(int process, IReadOnlyList<string> files) : IDisposable
{
    private static readonly TimeSpan PagesEvery = TimeSpan.FromMilliseconds(250);

    private readonly KernelFile _status = new($"/proc/{process}/status");
    private TimeSpan _nextPages;

    /// <summary>Anonymous memory, in bytes.</summary>
    public Bytes Anonymous { get; private set; }

    /// <summary>Pages of the pair's files.</summary>
    public Bytes Pages { get; private set; }

    /// <summary>Takes a sample.</summary>
    /// <param name="at">Time since the first.</param>
    public void Sample(TimeSpan at)
    {
        Span<byte> text = stackalloc byte[4096];
        if (KernelText.Kibibytes(_status.Read(text), "RssAnon:"u8) is { } anonymous) Anonymous = Bytes.Max(Anonymous, anonymous);
        if (at < _nextPages) return;
        _nextPages = at + PagesEvery;
        Pages = Bytes.Max(Pages, ReadPages());
    }

    public void Dispose() => _status.Dispose();

    private Bytes ReadPages()
    {
        if (KernelFile.ReadText($"/proc/{process}/smaps") is not { } maps) return Bytes.Zero;
        var (pages, counts) = (Bytes.Zero, false);
        foreach (var line in maps.AsSpan().EnumerateLines())
        {
            // A mapping begins with its addresses in small hexadecimal digits; what is said of it, with a capital.
            if (line.Length > 0 && !char.IsAsciiLetterUpper(line[0])) counts = Counts(line);
            else if (counts && line.StartsWith("Rss:")) pages += Bytes.KiB(long.Parse(line[4..^2].Trim()));
        }
        return pages;
    }

    private bool Counts(ReadOnlySpan<char> mapping)
    {
        foreach (var file in files)
            if (mapping.Contains(file, StringComparison.Ordinal)) return true;
        return false;
    }
}
