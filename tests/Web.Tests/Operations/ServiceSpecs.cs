using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace ActorPipeline.Operations;

/// <summary>The program as a process, with what systemd does played on a socket of the spec's own.</summary>
public sealed class ServiceSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly CancellationTokenSource _bound = new(TimeSpan.FromSeconds(90));

    public void Dispose()
    {
        _bound.Dispose();
        _folder.Dispose();
    }

    [DataFact]
    public async Task Should_tell_systemd_when_it_is_ready_lives_and_stops()
    {
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(_folder.File("notify")));
        using var process = Start(_folder.File("notify"));
        try
        {
            var before = await HearAsync(systemd, "READY=1");
            Assert.DoesNotContain(before, notice => notice == "STOPPING=1");
            await HearAsync(systemd, "WATCHDOG=1");
            await HearAsync(systemd, "WATCHDOG=1");
            using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) await kill.WaitForExitAsync(_bound.Token);
            await HearAsync(systemd, "STOPPING=1");
            await process.WaitForExitAsync(_bound.Token);
            // What the unit takes for an orderly end.
            Assert.Equal(130, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    [DataFact]
    public async Task Should_run_as_ever_when_nobody_listens_at_the_socket()
    {
        using var process = Start(_folder.File("nobody"), "--frames", "5");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(_bound.Token), process.StandardError.ReadToEndAsync(_bound.Token));
        await process.WaitForExitAsync(_bound.Token);

        Assert.Equal(0, process.ExitCode);
        Assert.Single((await error).Split('\n'), line => line.StartsWith("warning: systemd cannot be told how the run goes: ", StringComparison.Ordinal));
        Assert.NotEmpty(await output);
    }

    /// <summary>Hears until it is told something.</summary>
    /// <returns>All that was told until then.</returns>
    private async Task<List<string>> HearAsync(Socket systemd, string awaited)
    {
        var heard = new List<string>();
        var buffer = new byte[4096];
        while (!heard.Contains(awaited)) heard.AddRange(Encoding.UTF8.GetString(buffer, 0, await systemd.ReceiveAsync(buffer, SocketFlags.None, _bound.Token)).Split('\n'));
        return heard;
    }

    private Process Start(string socket, params string[] more)
    {
        File.WriteAllText(_folder.File("street.conf"), $$"""
            actor-pipeline {
              memory.budget = 128 MiB
              serving.lanes = 1
              models.detector { path = "{{TestData.PathOf("models", "picodet_s_320_coco.onnx")}}", kind = picodet, labels = "{{TestData.PathOf("labels", "coco80.txt")}}" }
              pipelines.street { source = "{{TestData.Video}}", detect = detector }
            }
            """);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "actorpipeline.dll"), "run", "--config", _folder.File("street.conf"), "--out", _folder.File("out"), "--json", .. more])
        {
            RedirectStandardOutput = more.Length > 0, RedirectStandardError = more.Length > 0,
        };
        start.Environment["NOTIFY_SOCKET"] = socket;
        return Process.Start(start)!;
    }
}
