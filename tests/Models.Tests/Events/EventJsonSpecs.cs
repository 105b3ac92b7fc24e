using System.Text;
using System.Text.Json.Nodes;
using ActorPipeline.Sinks;
using Microsoft.Extensions.Time.Testing;

namespace ActorPipeline.Events;

public sealed class EventJsonSpecs
{
    private readonly EventSeries _series = new("street", new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 250, TimeSpan.FromHours(2))));

    [Fact]
    public void Should_be_as_the_schema_says_when_it_is_of_any_kind()
    {
        foreach (var report in GivenReports.OfEveryKind) _series.Count(report.Outcome);
        PipelineEvent[] all =
            [_series.Started(GivenReports.Context), .. GivenReports.OfEveryKind.Select(_series.Frame), _series.Lost(3), _series.Finished(), new EventSeries("p", TimeProvider.System).Finished()];

        Assert.All(all, happened => Assert.Equal("", EventSchema.Faults(Text(happened))));
        // Each kind that there is was among them.
        Assert.Equal(
            typeof(PipelineEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(PipelineEvent))).Select(t => t.Name).Order(),
            all.Select(e => e.GetType().Name).Distinct().Order());
    }

    [Fact]
    public void Should_say_all_of_it_when_a_frame_is_told()
    {
        var json = JsonNode.Parse(Text(_series.Frame(GivenReports.OfEveryKind[0])))!;

        Assert.Equal("frame", (string?)json["event"]);
        Assert.Equal("2026-03-01T10:00:00.250Z", (string?)json["at"]);
        Assert.Equal("T-shirt \"x\" é <b>", (string?)json["frame"]!["objects"]![0]!["labels"]![0]!["label"]);
        Assert.Equal(12_345_678_901, (long)json["frame"]!["objects"]![0]!["track"]!);
    }

    [Fact]
    public void Should_have_an_id_of_its_own_when_there_are_many_in_several_runs()
    {
        var other = new EventSeries("street", TimeProvider.System);

        var ids = Enumerable.Range(0, 100).SelectMany(i => new[] { _series.Lost(1).Id, other.Lost(1).Id }).ToArray();

        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void Should_hold_each_line_of_results_to_the_same_schema_when_a_file_is_written()
    {
        using var folder = new TestFolder();
        using (var sink = FrameSinks.Create(new SinkDescription("json-lines", folder.File("results.jsonl"))))
        {
            sink.Open(GivenReports.Context);
            foreach (var report in GivenReports.OfEveryKind) sink.Write(report, null);
            sink.Complete();
        }

        var lines = File.ReadAllLines(folder.File("results.jsonl"));
        Assert.Equal(GivenReports.OfEveryKind.Count, lines.Length);
        Assert.All(lines, line => Assert.Equal("", EventSchema.LineFaults(line)));
    }

    [Theory]
    [InlineData("""{"event":"lost","id":"0123456789abcdef-1","pipeline":"p","at":"2026-03-01T10:00:00.250Z"}""")]
    [InlineData("""{"event":"lost","id":"0123456789abcdef-1","pipeline":"p","at":"2026-03-01T10:00:00.250Z","count":0}""")]
    [InlineData("""{"event":"lost","id":"1","pipeline":"p","at":"2026-03-01T10:00:00.250Z","count":1}""")]
    [InlineData("""{"event":"lost","id":"0123456789abcdef-1","pipeline":"p","at":"2026-03-01T10:00:00.250Z","count":1,"x":1}""")]
    [InlineData("""{"event":"gone","id":"0123456789abcdef-1","pipeline":"p","at":"2026-03-01T10:00:00.250Z","count":1}""")]
    [InlineData("""{"event":"ended","id":"0123456789abcdef-1","pipeline":"p","at":"2026-03-01T10:00:00.250Z","frames":{"lost":1}}""")]
    [InlineData("""{"event":"frame","id":"0123456789abcdef-1","pipeline":"p","at":"2026-03-01T10:00:00.250Z","frame":{"frame":0,"ms":0,"outcome":"empty","latencyMs":1,"objects":[{}]}}""")]
    public void Should_be_told_by_the_schema_when_an_event_is_not_right(string json) => Assert.NotEqual("", EventSchema.Faults(json));

    private static string Text(PipelineEvent happened)
    {
        using var json = new EventJson();
        return Encoding.UTF8.GetString(json.Write(happened));
    }
}
