using System.Diagnostics;
using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Readme;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Capi;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Running;

/// <summary>The program with a native library that its configuration names. A process takes one, so that those that load are run in their own.</summary>
public sealed class OnnxLibrarySpecs : IDisposable
{
    private const string Key = "actor-pipeline.onnxruntime.library";
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Runtime("1.16.3", "1.16.3", "C interface, version 16")]
    [Runtime("1.30.0", "1.30.0", "C interface, version 16")]
    [Runtime(Runtimes.Packaged, "1.", "managed wrapper")]
    public async Task Should_say_which_it_is_and_run_with_it_when_the_configuration_names_one(string version, string begins, string way)
    {
        // A name of its own, which the wrapper would never find by itself.
        var library = _folder.File("our-own.so");
        File.CreateSymbolicLink(library, Runtimes.PathOf(version)!);
        var (code, check, error) = await ProgramAsync(null, "check", "--config", Demo, "--set", $"{Key}={library}", "--json");
        Assert.True(code == 0, error);
        var used = JsonNode.Parse(check.TrimEnd().Split('\n')[^1])!["onnxruntime"]!;
        Assert.Equal((library, way), ((string?)used["path"], (string?)used["way"]));
        Assert.StartsWith(begins, (string?)used["version"], StringComparison.Ordinal);

        (code, var run, error) = await ProgramAsync(library, "run", "--config", Demo, "--frames", "10", "--out", _folder.File("out"), "--json");
        Assert.True(code == 0, error);
        var frames = JsonNode.Parse(run.TrimEnd().Split('\n')[^1])!["frames"]!;
        Assert.Equal(10, (int)frames["captured"]!);
        Assert.Empty(frames["failed"]!.AsObject());
    }

    [Fact]
    public async Task Should_name_it_once_when_a_check_finds_that_it_does_not_load()
    {
        var result = await Cli.RunAsync("check", "--config", Demo, "--set", $"{Key}={_folder.File("nowhere.so")}", "--json");
        Assert.Equal(ExitCode.BadConfiguration, result.Code);
        Assert.Contains($"'{_folder.File("nowhere.so")}' is not there", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Null(result.Json["onnxruntime"]);
    }

    [Fact]
    public async Task Should_leave_with_2_when_a_run_finds_that_it_does_not_load()
    {
        var result = await Cli.RunAsync("run", "--config", _folder.WriteTiny(), "--out", _folder.File("out"), "--set", $"{Key}={_folder.Path}");
        Assert.Equal(ExitCode.BadConfiguration, result.Code);
        Assert.Contains("is a folder: name the library in it", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_use_the_same_when_a_worker_does_a_job()
    {
        var job = new WorkerJob.Measure(TinyOnnx.Card(_folder.Write("tiny.onnx", TinyOnnx.ChannelMeans())), 1) { Library = _folder.File("nowhere.so") };
        var answer = await new WorkerProcess(WorkerProgram.Start, Long, _ => { }).RunAsync(job, default);
        var failed = Assert.IsType<WorkerAnswer.Failed>(answer);
        Assert.Equal(LoadFailure.NativeLibrary, failed.Failure);
        Assert.Contains(_folder.File("nowhere.so"), failed.Reason, StringComparison.Ordinal);
    }

    private static string Demo => Path.Combine(ReadmeText.Root, "hocon", "demo.conf");

    private static async Task<(int Code, string Out, string Error)> ProgramAsync(string? library, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll"), .. arguments])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        if (library is not null) start.Environment[OnnxLibraryUse.Variable] = library;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
