using System.Text;

namespace ActorPipeline.Hosting.Explaining;

/// <summary>
/// The file behind a decision log. Buffered; bounded: when it is full it becomes the log's part before, in the place of the one that
/// was, and a new one is begun, so that a run of days keeps what it decided last. A file that cannot be written is said once and ends
/// the log, not the run.
/// </summary>
/// <param name="folder">Where it lies.</param>
/// <param name="start">When the run began, on the actors' clock.</param>
/// <param name="header">Of the first part.</param>
/// <param name="warn">Gets what is wrong, for people.</param>
/// <param name="mostLines">Lines in a part. A swap is six or seven of about 170 bytes, so that 100,000 are 17 MB and some 15,000 swaps.</param>
internal sealed class DecisionFile(string folder, TimeSpan start, DecisionHeader header, Action<string> warn, int mostLines = 100_000) : IDisposable
{
    /// <summary>The log, or its newest part.</summary>
    public const string Name = "decisions.jsonl";

    /// <summary>The part before it.</summary>
    public const string Before = "decisions.before.jsonl";

    // The observer writes, and the session closes it when the observer may still be at it.
    private readonly Lock _gate = new();
    private StreamWriter? _writer;
    private int _part;
    private int _lines;
    private bool _closed;

    /// <summary>When the run began, on the actors' clock.</summary>
    public TimeSpan Start => start;

    /// <summary>Begins the file; what an earlier run left is gone.</summary>
    public void Begin() => Try(() =>
    {
        File.Delete(Path.Combine(folder, Before));
        NextPart();
    });

    /// <summary>Adds a line.</summary>
    public void Write(DecisionLine line) => Try(() =>
    {
        if (_lines >= mostLines)
        {
            _writer?.Dispose();
            File.Move(Path.Combine(folder, Name), Path.Combine(folder, Before), overwrite: true);
            NextPart();
        }
        _writer?.WriteLine(DecisionJson.Line(line));
        _lines++;
    });

    /// <summary>Hands what is buffered to the system.</summary>
    public void Flush() => Try(() => _writer?.Flush());

    public void Dispose() => Try(() =>
    {
        _closed = true;
        _writer?.Dispose();
    });

    private void NextPart()
    {
        _writer = new StreamWriter(Path.Combine(folder, Name), append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 64 * 1024) { NewLine = "\n" };
        _writer.WriteLine(DecisionJson.Line(header with { Part = ++_part }));
        _lines = 0;
    }

    private void Try(Action action)
    {
        lock (_gate)
        {
            if (_closed) return;
            try
            {
                action();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                _closed = true;
                warn($"the decision log '{Path.Combine(folder, Name)}' cannot be written, and ends here: {error.Message}");
            }
        }
    }
}
