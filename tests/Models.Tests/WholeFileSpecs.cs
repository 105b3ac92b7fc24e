using System.Diagnostics;

namespace ActorPipeline;

/// <summary>Files that are found whole or not at all.</summary>
public sealed class WholeFileSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_stand_in_the_place_of_the_old_one_and_leave_nothing_else_when_it_was_written()
    {
        _folder.Write("a.txt", "something longer"u8.ToArray());
        WholeFile.Write(_folder.File("a.txt"), "new");
        WholeFile.Copy(_folder.File("a.txt"), _folder.File("b.txt"));
        Assert.Equal(["a.txt: new", "b.txt: new"], Found());
    }

    [Fact]
    public void Should_keep_the_old_one_and_leave_nothing_else_when_it_cannot_be_written()
    {
        _folder.Write("a.txt", "old"u8.ToArray());
        // A folder can be opened, but not read.
        Assert.ThrowsAny<Exception>(() => WholeFile.Copy(_folder.Path, _folder.File("a.txt")));
        Directory.CreateDirectory(_folder.File("taken"));
        Assert.ThrowsAny<IOException>(() => WholeFile.Write(_folder.File("taken"), "new"));
        Assert.Equal(["a.txt: old"], Found());
    }

    [Fact]
    public void Should_remove_what_a_killed_process_left_and_nothing_else_when_it_writes()
    {
        using var gone = Process.Start("true");
        gone.WaitForExit();
        _folder.Write($".a.txt.{gone.Id}.new", "ha"u8.ToArray());
        _folder.Write(".a.txt.1.new", "another's, who still writes"u8.ToArray());
        _folder.Write($".b.txt.{gone.Id}.new", "of another file"u8.ToArray());
        _folder.Write(".a.txt.new", "no number"u8.ToArray());
        WholeFile.Write(_folder.File("a.txt"), "new");
        Assert.Equal([".a.txt.1.new: another's, who still writes", ".a.txt.new: no number", $".b.txt.{gone.Id}.new: of another file", "a.txt: new"], Found());
    }

    private IEnumerable<string> Found() =>
        Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).Select(f => $"{Path.GetFileName(f)}: {File.ReadAllText(f)}");
}
