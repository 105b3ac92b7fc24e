using static ActorPipeline.Simulation.Traces;

namespace ActorPipeline.Simulation;

public sealed class TraceReaderSpecs
{
    [Fact]
    public void Should_read_back_what_was_written()
    {
        var trace = TraceGenerator.Generate(new TraceRecipe(TraceFamily.Pipeline, 6, 50, 1) { Window = 8 });
        trace = trace with { Requests = [.. trace.Requests.Select((r, i) => i % 2 == 0 ? r with { Deadline = r.At + TimeSpan.FromMilliseconds(66.7) } : r)] };

        var read = TraceReader.Read(new StringReader(Text(trace)));

        Assert.Equal(trace.Requests, read.Requests);
        Assert.Equal(trace.Models, read.Models);
        Assert.Equal((trace.Name, trace.Window, trace.Lanes, trace.Budget), (read.Name, read.Window, read.Lanes, read.Budget));
    }

    [Fact]
    public void Should_keep_an_unbounded_window_when_there_is_none() =>
        Assert.Equal(WorkloadTrace.Unbounded, TraceReader.Read(new StringReader(Text(Of("AB", 20, WorkloadTrace.Unbounded)))).Window);

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("hello", 1, "no JSON")]
    [InlineData("{\"trace\":\"other\"}", 1, "no header")]
    [InlineData("{\"trace\":\"actor-pipeline\",\"version\":2}", 1, "version 2")]
    [InlineData("{\"trace\":\"actor-pipeline\",\"version\":1}", 1, "models")]
    [InlineData("HEADER\n{\"at\":0,\"model\":0}\n{\"at\":0,\"mo", 3, "no JSON")]
    [InlineData("HEADER\n{\"at\":0,\"model\":2}", 2, "'model'")]
    [InlineData("HEADER\n{\"at\":-1,\"model\":0}", 2, "'at'")]
    [InlineData("HEADER\n{\"at\":5,\"model\":0}\n\n{\"at\":4,\"model\":0}", 4, "before the line above")]
    [InlineData("HEADER\n{\"at\":5,\"model\":0,\"after\":0}", 2, "'after'")]
    [InlineData("HEADER\n[]", 2, "no request")]
    public void Should_name_the_line_when_it_is_damaged(string text, int line, string problem)
    {
        var header = Text(Of("AB", 20, 4)).Split('\n')[0];

        var error = Assert.Throws<TraceFormatException>(() => TraceReader.Read(new StringReader(text.Replace("HEADER", header, StringComparison.Ordinal))));

        Assert.Equal(line, error.Line);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private static string Text(WorkloadTrace trace)
    {
        using var text = new StringWriter();
        TraceWriter.Write(text, trace);
        return text.ToString();
    }
}
