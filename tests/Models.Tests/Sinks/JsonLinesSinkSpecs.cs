using System.Text.Json;
using ActorPipeline.Vision;

namespace ActorPipeline.Sinks;

public sealed class JsonLinesSinkSpecs : IDisposable
{
    private static readonly SinkContext Context = new("street", 768, 576, 10);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_write_one_object_a_line_when_frames_come()
    {
        var path = _folder.File("deep/down/results.jsonl");
        using (var sink = FrameSinks.Create(new SinkDescription("json-lines", path)))
        {
            Assert.False(sink.DrawsPixels);
            sink.Open(Context);
            sink.Write(new FrameReport(0, TimeSpan.Zero, null, 768, 576, "classified", null, 1.23456,
                [new ObjectReport(new BoundingBox(1.04f, 2.06f, 300.26f, 400), "person", 0.912345f, [new LabelReport("T-shirt \"x\" é", 0.5f)])]), null);
            sink.Write(new FrameReport(1, TimeSpan.FromMilliseconds(100), "b.jpg", 0, 0, "failed", "it is empty", 0, []), null);
            sink.Complete();
        }
        Assert.Equal(
            """
            {"frame":0,"ms":0,"outcome":"classified","latencyMs":1.235,"objects":[{"box":[1,2.1,300.3,400],"class":"person","score":0.9123,"labels":[{"label":"T-shirt \"x\" é","score":0.5}]}]}
            {"frame":1,"ms":100,"name":"b.jpg","outcome":"failed","reason":"it is empty","latencyMs":0,"objects":[]}

            """, File.ReadAllText(path));
    }

    [Fact]
    public void Should_say_whose_each_label_is_when_there_are_several_classifiers()
    {
        var path = _folder.File("results.jsonl");
        using (var sink = FrameSinks.Create(new SinkDescription("json-lines", path)))
        {
            sink.Open(Context);
            sink.Write(Empty(0) with { Objects = [new ObjectReport(new BoundingBox(0, 0, 1, 1), "item", 1, [new("red", 0.5f) { By = "colour" }, new("round", 1) { By = "shape" }])] }, null);
            sink.Complete();
        }

        Assert.Contains("""
            "labels":[{"label":"red","score":0.5,"by":"colour"},{"label":"round","score":1,"by":"shape"}]
            """, File.ReadAllText(path));
    }

    [Fact]
    public void Should_say_which_object_it_is_and_what_was_not_worked_out_anew_when_objects_are_followed()
    {
        var path = _folder.File("results.jsonl");
        var (box, labels) = (new BoundingBox(0, 0, 1, 1), new LabelReport[] { new("red", 0.5f) });
        using (var sink = FrameSinks.Create(new SinkDescription("json-lines", path)))
        {
            sink.Open(Context);
            sink.Write(Empty(0) with { Objects = [new ObjectReport(box, "a", 1, labels) { Track = 7 }, new ObjectReport(box, "b", 1, labels) { Track = 12_345_678_901, Reused = true, Predicted = true }] }, null);
            sink.Complete();
        }

        Assert.EndsWith(
            """
            {"box":[0,0,1,1],"class":"a","score":1,"labels":[{"label":"red","score":0.5}],"track":7,"reused":false,"predicted":false},{"box":[0,0,1,1],"class":"b","score":1,"labels":[{"label":"red","score":0.5}],"track":12345678901,"reused":true,"predicted":true}]}
            """, File.ReadAllText(path).TrimEnd());
    }

    [Fact]
    public void Should_say_which_variant_it_was_when_a_model_has_several()
    {
        var path = _folder.File("results.jsonl");
        using (var sink = FrameSinks.Create(new SinkDescription("json-lines", path)))
        {
            sink.Open(Context);
            sink.Write(Empty(0) with { Variants = new SortedDictionary<string, string> { ["detector"] = "int8" } }, null);
            sink.Complete();
        }

        Assert.EndsWith("""
            "objects":[],"variants":{"detector":"int8"}}
            """, File.ReadAllText(path).TrimEnd());
    }

    [Fact]
    public void Should_say_that_there_was_more_when_the_detector_found_more_than_it_lets_through()
    {
        var path = _folder.File("results.jsonl");
        using (var sink = FrameSinks.Create(new SinkDescription("json-lines", path)))
        {
            sink.Open(Context);
            sink.Write(Empty(0) with { More = true }, null);
            sink.Write(Empty(1), null);
            sink.Complete();
        }

        var lines = File.ReadAllLines(path);
        Assert.Contains("\"more\":true", lines[0]);
        Assert.DoesNotContain("more", lines[1]);
    }

    [Fact]
    public void Should_keep_every_line_when_there_are_more_than_a_buffer_holds()
    {
        var path = _folder.File("results.jsonl");
        using (var sink = FrameSinks.Create(new SinkDescription("json-lines", path)))
        {
            sink.Open(Context);
            for (var i = 0; i < 5000; i++) sink.Write(Empty(i), null);
            sink.Complete();
        }
        Assert.Equal(Enumerable.Range(0, 5000), File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("frame").GetInt32()));
    }

    [Fact]
    public void Should_keep_the_lines_so_far_when_it_is_disposed_without_completion()
    {
        var path = _folder.File("results.jsonl");
        using (var sink = FrameSinks.Create(new SinkDescription("json-lines", path)))
        {
            sink.Open(Context);
            sink.Write(Empty(0), null);
        }
        Assert.Single(File.ReadAllLines(path));
    }

    [Fact]
    public void Should_say_so_when_the_disk_is_full()
    {
        if (!File.Exists("/dev/full")) return;
        using (var few = FrameSinks.Create(new SinkDescription("json-lines", "/dev/full")))
        {
            few.Open(Context);
            few.Write(Empty(0), null);
            Assert.Contains("/dev/full", Assert.Throws<SinkException>(few.Complete).Message);
        }
        using var many = FrameSinks.Create(new SinkDescription("json-lines", "/dev/full"));
        many.Open(Context);
        Assert.Throws<SinkException>(() =>
        {
            for (var i = 0; i < 5000; i++) many.Write(Empty(i), null);
        });
    }

    [Fact]
    public void Should_name_path_and_cause_when_it_cannot_be_opened()
    {
        using var onDirectory = FrameSinks.Create(new SinkDescription("json-lines", _folder.Path));
        Assert.Contains(_folder.Path, Assert.Throws<SinkException>(() => onDirectory.Open(Context)).Message);
        _folder.Write("file", [1]);
        using var underFile = FrameSinks.Create(new SinkDescription("json-lines", _folder.File("file/results.jsonl")));
        Assert.Contains("folder", Assert.Throws<SinkException>(() => underFile.Open(Context)).Message);
        Assert.Contains("json-lines, csv, video", Assert.Throws<SinkException>(() => FrameSinks.Create(new SinkDescription("parquet", "x"))).Message);
    }

    internal static FrameReport Empty(long frame) => new(frame, TimeSpan.FromMilliseconds(frame * 100), null, 768, 576, "empty", null, 2, []);
}
