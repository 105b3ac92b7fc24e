using System.Text;
using ActorPipeline.Sinks.Files;
using ActorPipeline.Vision;

namespace ActorPipeline.Sinks;

/// <summary>One row of comma-separated values for each object, below a row with the columns' names; frames without objects have none.</summary>
/// <param name="path">The file.</param>
/// <param name="rotate">When a new file is begun; null for never.</param>
/// <param name="drops">Whether it goes on where it cannot write.</param>
/// <param name="time">Measures how old a file is, and names it.</param>
internal sealed class CsvSink(string path, RotateSettings? rotate, bool drops, TimeProvider time) : IFrameSink
{
    private static readonly byte[] Header = Encoding.UTF8.GetBytes(FrameCsv.Header);

    private readonly StringBuilder _rows = new();
    private readonly SinkFaults _faults = new(drops);
    private LineFile? _file;

    /// <inheritdoc/>
    public bool DrawsPixels => false;

    /// <inheritdoc/>
    public long Dropped => _faults.Dropped;

    /// <inheritdoc/>
    public void Open(SinkContext context)
    {
        _faults.Warn = context.Warn;
        _file = new LineFile(path, Header, rotate, _faults, time);
        _file.Open();
    }

    /// <inheritdoc/>
    public void Write(FrameReport report, ImageView? pixels)
    {
        var file = _file ?? throw new SinkException($"Results '{path}' are not open.");
        if (report.Objects.Count == 0) return;
        _rows.Clear();
        FrameCsv.Append(_rows, report);
        file.Add(Encoding.UTF8.GetBytes(_rows.ToString()));
    }

    /// <inheritdoc/>
    public void Complete() => _file?.Complete();

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
