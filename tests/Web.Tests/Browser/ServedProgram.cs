using System.Diagnostics;
using OpenCvSharp;

namespace ActorPipeline.Hosting.Web;

/// <summary>The program as a process, on frames of the street that go on for minutes under a budget that one of its two models fits, with its page.</summary>
public sealed class ServedProgram : IAsyncLifetime
{
    public const string Token = "correct-horse-battery";

    /// <summary>One of the two models fits beside the buffers.</summary>
    public const string Budget = "48 MiB";

    private const int Frames = 12_000;

    private readonly TestFolder _folder = new();
    private Process? _process;
    private Task<string>? _output;

    /// <summary>Where its page is.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Its configuration, which it can read anew.</summary>
    public string Configuration => _folder.File("street.conf");

    /// <summary>What it said on its standard error.</summary>
    public List<string> Said { get; } = [];

    public async Task InitializeAsync()
    {
        if (TestData.Root is null) return;
        CutFrames();
        WriteConfiguration(Budget);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll"), "run", "--config", Configuration, "--web", "--out", _folder.File("out"), "--json"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        var heard = new TaskCompletionSource<Uri>();
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not { } text) return;
            lock (Said) Said.Add(text);
            if (text.StartsWith("page: http", StringComparison.Ordinal)) heard.TrySetResult(new Uri(text["page: ".Length..]));
        };
        _process.BeginErrorReadLine();
        Address = await heard.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public void WriteConfiguration(string budget, string more = "") => File.WriteAllText(Configuration, $$"""
        actor-pipeline {
          memory.budget = {{budget}}
          serving.lanes = 2
          # How long runs take on a busy machine is no measure.
          replacing.slowdown = 50
          web { bind = "127.0.0.1:0", token = "{{Token}}" }
          models {
            detector { path = "{{TestData.PathOf("models", "picodet_s_320_coco.onnx")}}", kind = picodet, labels = "{{TestData.PathOf("labels", "coco80.txt")}}" }
            classifier { path = "{{TestData.PathOf("models", "SqueezeNet_fp32.onnx")}}", kind = classification, labels = "{{TestData.PathOf("labels", "imagenet1k.txt")}}"
                         input { channels = bgr, mean = [104, 117, 123], std = [1, 1, 1] } }
          }
          pipelines."street" { source = "{{_folder.File("frames")}}", detect = detector, classify = classifier, only = [person, car], window { min = 2, max = 8 } }
          {{more}}
        }
        """);

    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"])) await kill.WaitForExitAsync();
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await _process.WaitForExitAsync(bound.Token);
            await _output!;
            _process.Dispose();
        }
        _folder.Dispose();
    }

    /// <summary>A few pictures under many names.</summary>
    private void CutFrames()
    {
        var folder = Directory.CreateDirectory(_folder.File("frames")).FullName;
        var pictures = Directory.CreateDirectory(_folder.File("pictures")).FullName;
        using var video = new VideoCapture(TestData.Video, VideoCaptureAPIs.FFMPEG);
        using var frame = new Mat();
        const int kept = 48;
        for (var i = 0; i < kept && video.Read(frame); i++) Cv2.ImWrite(Path.Combine(pictures, $"{i}.jpg"), frame);
        for (var i = 0; i < Frames; i++) File.CreateSymbolicLink(Path.Combine(folder, $"{i:00000}.jpg"), Path.Combine(pictures, $"{i % kept}.jpg"));
    }
}
