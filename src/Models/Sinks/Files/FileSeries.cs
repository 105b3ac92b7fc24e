using System.Globalization;
using System.Text.RegularExpressions;

namespace ActorPipeline.Sinks.Files;

/// <summary>
/// Files of one series in a folder, named so that they sort by age: <c>PREFIX-20260301T100000Z-0001.jsonl</c>. Where the clock was set back,
/// names keep the newest time and count on, so that none is used twice. Files with other names are left alone.
/// </summary>
/// <param name="folder">Where they lie.</param>
/// <param name="prefix">What their names begin with.</param>
/// <param name="extension">What they end with, with its dot; may be empty.</param>
/// <param name="detailed">Whether more may stand between the number and the extension.</param>
internal sealed partial class FileSeries(string folder, string prefix, string extension, bool detailed = false)
{
    private const string Stamp = "yyyyMMdd'T'HHmmss'Z'";

    private readonly Queue<(string Path, long Bytes)> _files = [];
    private Mark _newest = new("", 0);
    private long _bytes;

    /// <summary>How many there are.</summary>
    public int Count => _files.Count;

    /// <summary>Learns which ones earlier runs left.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public void Scan()
    {
        foreach (var (mark, file) in new DirectoryInfo(folder).EnumerateFiles().Select(file => (Mark: MarkOf(file.Name), file)).Where(found => found.Mark is not null).OrderBy(found => found.Mark))
        {
            Add(file.FullName, file.Length);
            _newest = mark!;
        }
    }

    /// <summary>Whether a file of this name would be one of them.</summary>
    public bool Has(string name) => MarkOf(name) is not null;

    /// <summary>The path for a new one. Its name is used up, whether a file follows or not.</summary>
    /// <param name="now">The time in its name, unless that would be before the newest one's.</param>
    /// <param name="detail">More for its name; nothing that is not allowed in one.</param>
    public string Next(DateTimeOffset now, string detail = "")
    {
        var stamp = now.UtcDateTime.ToString(Stamp, CultureInfo.InvariantCulture);
        _newest = string.CompareOrdinal(stamp, _newest.Stamp) > 0 ? new Mark(stamp, 1) : _newest with { Number = _newest.Number + 1 };
        return Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{prefix}-{_newest.Stamp}-{_newest.Number:D4}{(detail.Length > 0 ? "-" : "")}{detail}{extension}"));
    }

    /// <summary>There is one more, the newest.</summary>
    public void Add(string path, long bytes)
    {
        _files.Enqueue((path, bytes));
        _bytes += bytes;
    }

    /// <summary>Deletes the oldest until no more are left than may be.</summary>
    /// <param name="count">Files that may be left.</param>
    /// <param name="bytes">Bytes that all of them may have.</param>
    /// <exception cref="IOException">One cannot be deleted; it is tried again the next time.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Shrink(int count, long bytes = long.MaxValue)
    {
        while (_files.TryPeek(out var oldest) && (_files.Count > count || _bytes > bytes))
        {
            // One whose folder is gone is gone as well.
            if (File.Exists(oldest.Path)) File.Delete(oldest.Path);
            _files.Dequeue();
            _bytes -= oldest.Bytes;
        }
    }

    private Mark? MarkOf(string name)
    {
        if (name.Length < prefix.Length + extension.Length || !name.StartsWith(prefix, StringComparison.Ordinal) || !name.EndsWith(extension, StringComparison.Ordinal)) return null;
        var match = Middle().Match(name, prefix.Length, name.Length - prefix.Length - extension.Length);
        if (!match.Success || (match.Groups["detail"].Length > 0 && !detailed)) return null;
        return new Mark(match.Groups["stamp"].Value, long.Parse(match.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^-(?<stamp>[0-9]{8}T[0-9]{6}Z)-(?<number>[0-9]{4,12})(?<detail>-.+)?$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Middle();

    private sealed record Mark(string Stamp, long Number) : IComparable<Mark>
    {
        public int CompareTo(Mark? other) => string.CompareOrdinal(Stamp, other!.Stamp) is not 0 and var order ? order : Number.CompareTo(other.Number);
    }
}
