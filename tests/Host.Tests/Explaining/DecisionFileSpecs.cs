namespace ActorPipeline.Hosting.Explaining;

public sealed class DecisionFileSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_read_back_what_was_written_when_it_is_closed()
    {
        Write(100, HandMadeLog.Lines);
        var read = DecisionReader.Read(_folder.Path, out var error)!;
        Assert.Null(error);
        Assert.Equal(HandMadeLog.Header, read.Header);
        Assert.Equal(HandMadeLog.Lines.Select(DecisionJson.Line), read.Lines.Select(DecisionJson.Line));
        Assert.Empty(read.Warnings);
    }

    [Fact]
    public void Should_keep_the_newest_part_and_the_one_before_when_a_part_is_full()
    {
        Write(10, [.. Enumerable.Range(0, 35).Select(i => new DecisionLine(i, DecisionEvent.Budget))]);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
        var read = DecisionReader.Read(_folder.Path, out _)!;
        Assert.Equal(3, read.Header.Part);
        Assert.Equal(Enumerable.Range(20, 15).Select(i => (double)i), read.Lines.Select(l => l.Ms));
    }

    [Fact]
    public void Should_let_go_of_what_an_earlier_run_left_when_it_begins()
    {
        Write(10, [.. Enumerable.Range(0, 35).Select(i => new DecisionLine(i, DecisionEvent.Budget))]);
        Write(10, [new DecisionLine(1, DecisionEvent.Started)]);
        Assert.Equal(DecisionEvent.Started, Assert.Single(DecisionReader.Read(_folder.Path, out _)!.Lines).Event);
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Should_warn_once_and_go_on_when_it_cannot_be_written()
    {
        Directory.CreateDirectory(_folder.File(DecisionFile.Name));
        Write(10, HandMadeLog.Lines);
        Assert.Contains(DecisionFile.Name, Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_have_lines_in_the_file_when_it_is_flushed_before_it_is_closed()
    {
        using var file = new DecisionFile(_folder.Path, TimeSpan.Zero, HandMadeLog.Header, _warnings.Add);
        file.Begin();
        file.Write(new DecisionLine(1, DecisionEvent.Started));
        file.Flush();
        Assert.Single(DecisionReader.Read(_folder.Path, out _)!.Lines);
    }

    private void Write(int mostLines, params DecisionLine[] lines)
    {
        using var file = new DecisionFile(_folder.Path, TimeSpan.Zero, HandMadeLog.Header, _warnings.Add, mostLines);
        file.Begin();
        foreach (var line in lines) file.Write(line);
    }
}
