using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Readme;
using OpenCvSharp;

namespace ActorPipeline.Hosting.Reading;

/// <summary><c>hocon/read-text.conf</c> with the models it names, on text that is drawn here.</summary>
public sealed class ReadTextSpecs : IDisposable
{
    private static readonly string[] Written = ["Platform 9 to London", "Tickets 42.50", "NO ENTRY"];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [OcrFact]
    public async Task Should_read_what_is_written_when_it_is_the_right_way_up_and_when_it_is_upside_down()
    {
        Directory.CreateDirectory(_folder.File("pictures"));
        using (var picture = Draw())
        {
            Cv2.ImWrite(_folder.File("pictures/a.png"), picture);
            Cv2.Rotate(picture, picture, RotateFlags.Rotate180);
            Cv2.ImWrite(_folder.File("pictures/b.png"), picture);
        }
        var result = await Cli.RunAsync("run", "--config", Path.Combine(ReadmeText.Root, "hocon", "read-text.conf"), "--out", _folder.File("out"), "--json",
            "--set", $"actor-pipeline.pipelines.text.source={_folder.File("pictures")}");
        Assert.True(result.Code == 0, result.Error);
        var frames = File.ReadLines(_folder.File("out/results.jsonl")).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["a.png", "b.png"], frames.Select(f => (string)f["name"]!));
        Assert.All(frames, frame => Assert.Equal(Written.Order(), Lines(frame, "reader").Order()));
        Assert.Equal([0, 3], frames.Select(frame => Lines(frame, "orientation").Count(way => way == "1")));
        Assert.All(frames.SelectMany(f => f["objects"]!.AsArray()), found => Assert.Equal("text", (string)found!["class"]!));
    }

    private static IEnumerable<string> Lines(JsonNode frame, string by) =>
        frame["objects"]!.AsArray().SelectMany(found => found!["labels"]!.AsArray()).Where(label => (string)label!["by"]! == by).Select(label => (string)label!["label"]!);

    private static Mat Draw()
    {
        var picture = new Mat(480, 640, MatType.CV_8UC3, new Scalar(225, 235, 240));
        foreach (var (index, text) in Written.Index())
            Cv2.PutText(picture, text, new Point(40, 100 + (index * 130)), HersheyFonts.HersheyDuplex, 1.4, new Scalar(40, 30, 30), 2, LineTypes.AntiAlias);
        return picture;
    }
}
