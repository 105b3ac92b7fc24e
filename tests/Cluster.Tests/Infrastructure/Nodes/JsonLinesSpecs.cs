namespace ActorPipeline.ClusterTests;

/// <summary>That results are followed as they grow, and what is wrong with them is said.</summary>
public sealed class JsonLinesSpecs : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly string _folder = Owner.Folder("lines");

    private string Results => Path.Combine(_folder, "results.jsonl");

    [Fact]
    public async Task Should_have_each_line_when_it_is_whole()
    {
        using var lines = new JsonLines(Results);
        Assert.Empty(lines.Lines);

        var waiting = lines.WaitForLinesAsync(2, Bound);
        await File.AppendAllTextAsync(Results, Line(0) + Line(1)[..10]);
        Assert.Single(lines.Lines);
        await File.AppendAllTextAsync(Results, Line(1)[10..]);

        await waiting;
        Assert.Equal("empty", lines[1]!.Value.GetProperty("outcome").GetString());
        Assert.Null(lines[2]);
        Assert.Equal(2, lines.CountOutcomes()["empty"]);
        lines.AssertEachFrameOnceInOrder(2);
    }

    [Theory]
    [InlineData("0 1 2", 3, "")]
    [InlineData("0 2", null, "frame 1 is missing")]
    [InlineData("1 5", null, "frame 0 is missing; frames 2 to 4 are missing")]
    [InlineData("0 0 1", 2, "frame 0 comes again, or late, behind 0")]
    [InlineData("0 2 1", 3, "frame 1 is missing; frame 1 comes again, or late, behind 2")]
    [InlineData("0 1", 3, "it ends at frame 1 and should at 2")]
    public void Should_say_what_is_wrong_when_a_frame_has_not_one_line_in_order(string frames, int? count, string faults)
    {
        File.WriteAllText(Results, string.Concat(frames.Split(' ').Select(f => Line(int.Parse(f, System.Globalization.CultureInfo.InvariantCulture)))));
        using var lines = new JsonLines(Results);

        Assert.Equal(faults, string.Join("; ", lines.FindFaults(count)));
    }

    [Fact]
    public void Should_say_so_when_a_line_is_no_json()
    {
        File.WriteAllText(Results, "rubbish\n" + Line(0) + "{");
        using var lines = new JsonLines(Results);

        Assert.Equal(["the line after 0 others is none of a frame: rubbish", "its last line has no end"], lines.FindFaults(1));
    }

    public void Dispose() => Leftovers.TryDelete(_folder);

    private static string Line(int frame) => $$"""{"frame":{{frame}},"outcome":"empty"}""" + "\n";
}
