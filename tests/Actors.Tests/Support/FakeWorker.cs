using System.Collections.Concurrent;
using ActorPipeline.Workers;

namespace ActorPipeline.Support;

/// <summary>Worker processes that a spec ends.</summary>
public sealed class FakeWorker
{
    private readonly ConcurrentQueue<FakeProcess> _started = new();

    /// <summary>All that were started, in their order.</summary>
    public IReadOnlyList<FakeProcess> Started => [.. _started];

    /// <summary>The last that was started.</summary>
    public FakeProcess Last => Started[^1];

    public Task<WorkerAnswer> RunAsync(WorkerJob job, CancellationToken cancellation)
    {
        var process = new FakeProcess(job, cancellation);
        _started.Enqueue(process);
        return process.Answer;
    }
}

/// <summary>One of them.</summary>
public sealed class FakeProcess
{
    private readonly TaskCompletionSource<WorkerAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _killed;

    public FakeProcess(WorkerJob job, CancellationToken cancellation)
    {
        Job = job;
        cancellation.Register(() =>
        {
            _killed = true;
            _answer.TrySetCanceled(cancellation);
        });
    }

    public WorkerJob Job { get; }

    public bool Killed => _killed;

    public Task<WorkerAnswer> Answer => _answer.Task;

    /// <summary>It ends with this answer.</summary>
    public void End(WorkerAnswer answer) => _answer.SetResult(answer);
}
