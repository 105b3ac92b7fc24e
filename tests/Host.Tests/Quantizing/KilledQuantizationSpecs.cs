using ActorPipeline.Hosting.Readme;
using OpenCvSharp;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>Real quantisations of the demo's detector that are ended in the middle: nothing is found where the model was to be.</summary>
public sealed class KilledQuantizationSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    public KilledQuantizationSpecs()
    {
        foreach (var name in (string[])["temporary", "out"]) Directory.CreateDirectory(_folder.File(name));
        Pictures("calib");
        Pictures("val");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_say_so_and_leave_nothing_when_its_worker_is_killed()
    {
        using var program = await CalibratingAsync();
        var result = await program.KillWorkerAsync();
        Assert.Equal(ExitCode.Failed, result.Code);
        Assert.Contains("was not quantised: its worker process was killed (signal 9)", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Empty(Left("out"));
        Assert.Empty(Left("temporary"));
    }

    [Fact]
    public async Task Should_say_so_in_one_object_when_its_worker_is_killed_and_json_is_asked_for()
    {
        using var program = Start("--json");
        var result = await program.KillWorkerAsync();
        Assert.Equal((ExitCode.Failed, false), (result.Code, (bool)result.Json["published"]!));
        Assert.Contains("signal 9", (string?)result.Json["error"], StringComparison.Ordinal);
        Assert.Single(result.Out.TrimEnd().Split('\n'));
        Assert.Empty(Left("out"));
    }

    [Fact]
    public async Task Should_leave_no_model_and_no_worker_when_it_is_killed_itself()
    {
        using var program = await CalibratingAsync();
        await program.KillAsync();
        Assert.Empty(Left("out"));
    }

    [Fact]
    public async Task Should_leave_nothing_and_no_worker_when_it_is_interrupted()
    {
        using var program = await CalibratingAsync();
        var worker = program.FindWorker();
        Assert.Equal((ExitCode.Interrupted, ""), await program.InterruptAsync());
        Assert.False(Directory.Exists($"/proc/{worker}"));
        Assert.Empty(Left("out"));
        Assert.Empty(Left("temporary"));
    }

    private async Task<RunningProgram> CalibratingAsync()
    {
        var program = Start();
        // The line of the phase before comes when this one has begun, which is long before the end.
        Assert.StartsWith("read", await program.ReadLineAsync(), StringComparison.Ordinal);
        return program;
    }

    private RunningProgram Start(params string[] more) => new(
        [
            "quantize", "--model", Path.Combine(ReadmeText.Root, "demo", "detector.onnx"), "--kind", "picodet", "--calibrate", _folder.File("calib"),
            "--evaluate", _folder.File("val"), "--out", _folder.File("out/detector.int8.onnx"), .. more,
        ],
        _folder.File("temporary"));

    // What .NET itself keeps among the temporary files (debugging, shared memory) is no matter.
    private IEnumerable<string> Left(string folder) => Directory.EnumerateFileSystemEntries(_folder.File(folder)).Select(f => Path.GetFileName(f)!)
        .Where(name => folder == "out" || name.StartsWith("actorpipeline", StringComparison.Ordinal));

    private void Pictures(string name)
    {
        Directory.CreateDirectory(_folder.File(name));
        for (var i = 0; i < 24; i++)
        {
            using var picture = new Mat(48, 64, MatType.CV_8UC3);
            Cv2.Randu(picture, Scalar.All(0), Scalar.All(255));
            picture.SaveImage(Path.Combine(_folder.File(name), $"{i}.png"));
        }
    }
}
