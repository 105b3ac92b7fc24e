using System.Diagnostics;
using ActorPipeline.Onnx;
using ActorPipeline.Quantization;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Workers;

/// <summary>How a worker's end is understood: shells play the worker, and a real one is asked too.</summary>
public sealed class WorkerProcessSpecs : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly TestFolder _folder = new();
    private readonly List<string> _log = [];

    private WorkerJob Job => new WorkerJob.Measure(TinyOnnx.Card(_folder.Write("tiny.onnx", TinyOnnx.ChannelMeans(64, 64))), 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_hand_on_the_answer_when_a_real_worker_has_done_its_job()
    {
        var answer = await new WorkerProcess(WorkerProgram.Start, Long, _log.Add).RunAsync(Job, default);
        Assert.True(answer is WorkerAnswer.Measured { Model.Record.IsComplete: true }, $"{answer} {string.Join('\n', _log)}");
    }

    [Fact]
    public async Task Should_hand_on_why_when_a_real_worker_cannot_load_the_model()
    {
        var job = new WorkerJob.Measure(TinyOnnx.Card(_folder.Write("not.onnx", "nothing"u8.ToArray())), 1);
        var answer = await new WorkerProcess(WorkerProgram.Start, Long, _log.Add).RunAsync(job, default);
        Assert.Equal(Inference.LoadFailure.NotAModel, Assert.IsType<WorkerAnswer.Failed>(answer).Failure);
    }

    [Theory]
    [InlineData("kill -9 $$", "ran out of memory")]
    [InlineData("kill -SEGV $$", "died of signal 11")]
    [InlineData("echo first >&2; echo 'out of paper' >&2; exit 3", "exit code 3 and no answer; it said: out of paper")]
    [InlineData("read job; echo $job", "no answer")]
    [InlineData("echo rubbish", "no answer")]
    [InlineData("exit 0", "no answer")]
    public async Task Should_say_how_it_ended_when_there_is_no_answer(string script, string expected)
    {
        var answer = await Shell(script, Long).RunAsync(Job, default);
        Assert.Contains(expected, Assert.IsType<WorkerAnswer.Failed>(answer).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_take_the_last_line_and_log_the_rest_when_a_worker_says_more()
    {
        var line = WorkerJson.Line((WorkerAnswer)new WorkerAnswer.Failed("no luck", null));
        var answer = await Shell($"echo chatter; echo aside >&2; echo '{line}'; exit 1", Long).RunAsync(Job, default);
        Assert.Equal(new WorkerAnswer.Failed("no luck", null), answer);
        Assert.Equal(["aside"], _log);
    }

    [Fact]
    public async Task Should_tell_how_far_it_is_in_order_and_take_no_such_line_for_the_answer_when_a_worker_says_so()
    {
        static WorkerProgress At(int done) => new WorkerProgress.Quantizing(new QuantizationProgress(QuantizationPhase.Calibrate, done, 3));
        var told = new List<WorkerProgress>();
        var answer = WorkerJson.Line((WorkerAnswer)new WorkerAnswer.Failed("no luck", null));
        var script = $"echo '{WorkerJson.Line(At(1))}'; echo chatter; echo '{WorkerJson.Line(At(2))}'; echo '{answer}'; echo '{WorkerJson.Line(At(3))}'; exit 1";
        var worker = new WorkerProcess(() => new ProcessStartInfo("/bin/sh", ["-c", script]), Long, _log.Add, told.Add);

        Assert.Equal(new WorkerAnswer.Failed("no luck", null), await worker.RunAsync(Job, default));
        Assert.Equal([At(1), At(2), At(3)], told);
    }

    [Fact]
    public async Task Should_kill_the_process_when_it_takes_too_long()
    {
        // It reads until its input ends, which it does not while somebody waits.
        var answer = await Shell("exec cat >/dev/null", TimeSpan.FromMilliseconds(200)).RunAsync(Job, default);
        Assert.Contains("did not finish within 0.2 s", Assert.IsType<WorkerAnswer.Failed>(answer).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_kill_the_process_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var said = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = new WorkerProcess(() => new ProcessStartInfo("/bin/sh", ["-c", "echo $$ >&2; exec cat >/dev/null"]), Long, said.SetResult);
        var running = worker.RunAsync(Job, stop.Token);
        var id = await said.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(Directory.Exists($"/proc/{id}"));
    }

    [Fact]
    public async Task Should_say_so_when_it_cannot_be_started()
    {
        var answer = await new WorkerProcess(() => new ProcessStartInfo(_folder.File("nowhere")), Long, _log.Add).RunAsync(Job, default);
        Assert.Contains("cannot be started", Assert.IsType<WorkerAnswer.Failed>(answer).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_leave_by_itself_when_nobody_waits_for_a_real_worker_any_more()
    {
        var start = WorkerProgram.Start();
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(Long);
        var slow = new WorkerJob.Measure(TinyOnnx.Card(_folder.Write("slow.onnx", TinyOnnx.Slow(4000))), 1);
        await process.StandardInput.WriteLineAsync(WorkerJson.Line(slow));
        process.StandardInput.Close();
        await process.WaitForExitAsync(bound.Token);
        Assert.Equal((130, ""), (process.ExitCode, await process.StandardOutput.ReadToEndAsync(bound.Token)));
    }

    [Theory]
    [InlineData("/opt/app/actorpipeline", "/opt/app/actorpipeline.dll", "/opt/app/actorpipeline", "worker")]
    [InlineData("/opt/app/actorpipeline", "", "/opt/app/actorpipeline", "worker")]
    [InlineData("/usr/bin/dotnet", "/opt/app/actorpipeline.dll", "/usr/bin/dotnet", "/opt/app/actorpipeline.dll worker")]
    [InlineData("/opt/runner/testhost", "/opt/app/actorpipeline.dll", "dotnet", "/opt/app/actorpipeline.dll worker")]
    [InlineData(null, "/opt/app/actorpipeline.dll", "dotnet", "/opt/app/actorpipeline.dll worker")]
    public void Should_start_the_same_program_again_when_it_runs_as(string? running, string assembly, string file, string arguments)
    {
        var start = WorkerProgram.Start(running, assembly);
        Assert.Equal((file, arguments), (start.FileName, string.Join(' ', start.ArgumentList)));
    }

    private WorkerProcess Shell(string script, TimeSpan within) => new(() => new ProcessStartInfo("/bin/sh", ["-c", script]), within, _log.Add);
}
