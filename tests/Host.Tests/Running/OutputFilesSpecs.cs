using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Readme;
using OpenCvSharp;

namespace ActorPipeline.Hosting.Running;

/// <summary>What lies on the disk after runs of the demo that write files of every kind.</summary>
public sealed class OutputFilesSpecs : IDisposable
{
    private const string Sinks = """
        [ { type = json-lines, path = "results.jsonl", rotate { size = 64 KiB, keep = 1000 } }, { type = csv, path = "objects.csv", rotate { size = 64 KiB, keep = 1000 } },
          { type = video, path = "annotated.avi", segments { size = 1 MiB, keep = 1000 } }, { type = snapshots, every = 0, max-files = 20, overflow = wait } ]
        """;

    private readonly TestFolder _folder = new();

    private string Out => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_leave_whole_files_of_every_kind_when_a_run_ends()
    {
        var result = await Cli.RunAsync([.. Arguments, "--frames", "60", "--json"]);
        Assert.True(result.Code == 0, result.Error);

        Assert.Equal(0, (int)result.Json["sinkDrops"]!);
        Assert.Equal(Enumerable.Range(0, 60), Lines("results*.jsonl").Select(line => (int)JsonNode.Parse(line)!["frame"]!));
        var objects = Lines("results*.jsonl").Sum(line => JsonNode.Parse(line)!["objects"]!.AsArray().Count);
        Assert.Equal(objects, Lines("objects*.csv").Count(line => !line.StartsWith("frame,", StringComparison.Ordinal)));
        Assert.Equal(60, Files("annotated-*.avi").Sum(Frames));
        Assert.Equal(20, Directory.GetFiles(Path.Combine(Out, "snapshots", "belt"), "belt-*.jpg").Length);
    }

    [Fact]
    public async Task Should_have_every_finished_file_whole_and_go_on_behind_them_when_it_was_killed()
    {
        using (var killed = new RunningProgram([.. Arguments]))
        {
            // Some are finished, and one is being written.
            Assert.True(SpinWait.SpinUntil(() => Directory.Exists(Out) && Files("annotated-*.avi").Count >= 2, TimeSpan.FromSeconds(60)));
            await killed.KillAloneAsync();
        }
        var finished = Files("annotated-*.avi");
        Assert.All(finished, path => Assert.InRange(Frames(path), 1, 1000));
        var lines = Lines("results*.jsonl").Count();

        var result = await Cli.RunAsync([.. Arguments, "--frames", "10", "--json"]);
        Assert.True(result.Code == 0, result.Error);

        Assert.Equal(finished, Files("annotated-*.avi").Take(finished.Count));
        Assert.Equal(10, Frames(Files("annotated-*.avi")[^1]));
        Assert.Equal(lines + 10, Lines("results*.jsonl").Count());
        Assert.Equal(Enumerable.Range(0, 10), Lines("results*.jsonl").TakeLast(10).Select(line => (int)JsonNode.Parse(line)!["frame"]!));
    }

    [SmallDiskFact]
    public async Task Should_go_on_without_the_disk_or_end_as_its_sinks_are_told_to_when_it_is_full()
    {
        using var disk = new SmallDisk(64);
        disk.Fill();
        var files = $$"""
            [ { type = json-lines, path = "{{disk.File("a.jsonl")}}", overflow = drop }, { type = csv, path = "{{disk.File("a.csv")}}", rotate.every = 1 h, overflow = drop },
              { type = video, path = "{{disk.File("a.avi")}}", segments.size = 64 KiB, overflow = drop }, { type = snapshots, folder = "{{disk.File("seen")}}" } ]
            """;
        var result = await Cli.RunAsync([.. Run(files), "--frames", "40", "--json"]);

        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(40, (int)result.Json["frames"]!["classified"]!);
        Assert.InRange((int)result.Json["sinkDrops"]!, 40, 200);
        Assert.Equal(4, Times(result.Error, "results are dropped, which is counted"));

        var ended = await Cli.RunAsync([.. Run($"[ {{ type = json-lines, path = \"{disk.File("a.jsonl")}\" }} ]"), "--frames", "40", "--json"]);
        Assert.Equal(1, ended.Code);
        Assert.Contains($"Results '{disk.File("a.jsonl")}' cannot be written", ended.Error);
    }

    private string[] Arguments => Run(Sinks);

    private string[] Run(string sinks) =>
        ["run", "--config", Path.Combine(ReadmeText.Root, "hocon", "demo.conf"), "--out", Out, "--set", $"actor-pipeline.pipelines.belt.sinks={sinks.ReplaceLineEndings(" ")}"];

    private static int Times(string text, string part) => text.Split(part).Length - 1;

    /// <summary>The oldest first; the one that is written has no time in its name, and is the last.</summary>
    private List<string> Files(string pattern) => [.. Directory.GetFiles(Out, pattern).OrderBy(path => !Path.GetFileName(path).Contains('-')).ThenBy(path => path, StringComparer.Ordinal)];

    private IEnumerable<string> Lines(string pattern) => Files(pattern).SelectMany(File.ReadLines);

    private static int Frames(string path)
    {
        using var video = new VideoCapture(path);
        using var frame = new Mat();
        var count = 0;
        while (video.Read(frame)) count++;
        return count;
    }
}
