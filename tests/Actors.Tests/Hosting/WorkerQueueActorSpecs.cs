using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using ActorPipeline.Measuring;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Workers;
using Akka.Actor;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Hosting;

/// <summary>A queue of jobs under the real supervisor; the worker is a task that the spec ends.</summary>
public sealed class WorkerQueueActorSpecs : VirtualTimeKit
{
    private static readonly Footprint Guess = Footprint.Declared(Bytes.MiB(600), Bytes.MiB(1), Bytes.MiB(1));

    private readonly FakeWorker _worker = new();
    private readonly ConcurrentQueue<object> _reported = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public void Should_do_one_after_the_other_when_each_is_larger_than_the_budget()
    {
        Start();
        Next(1).End(Answer("a"));
        Next(2).End(new WorkerAnswer.Failed("killed", null));

        Eventually(() => Assert.True(_over.Task.IsCompleted));
        Assert.Collection(_reported, r => Assert.Equal(Cards.Detector, ((WorkerDone)r).Job.Model), r => Assert.Equal(Cards.Classifier, ((WorkerFailed)r).Job.Model));
        Assert.Equal(2, _worker.Started.Count);
    }

    [Fact]
    public void Should_kill_the_worker_and_be_over_when_it_is_stopped()
    {
        var queue = Start();
        var process = Next(1);
        Sys.Stop(queue);
        Eventually(() => Assert.True(process.Killed && _over.Task.IsCompleted));
        Assert.Empty(_reported);
    }

    [Fact]
    public void Should_name_every_model_when_its_supervisor_dies()
    {
        var queue = Start();
        Next(1);
        Sys.ActorSelection(queue.Path / "memory-supervisor").Tell(PoisonPill.Instance);
        Eventually(() => Assert.True(_over.Task.IsCompleted));
        Assert.Equal(2, _reported.OfType<WorkerFailed>().Count());
    }

    /// <summary>The worker with this number, once it is there; none is beside it.</summary>
    private FakeProcess Next(int number)
    {
        Eventually(() => Assert.Equal(number, _worker.Started.Count));
        Silent(CreateTestProbe());
        Assert.Equal(number, _worker.Started.Count);
        return _worker.Last;
    }

    private IActorRef Start()
    {
        var memory = new MemorySettings { Budget = Bytes.MiB(64) };
        var parts = SyntheticParts.Create(Time, new SyntheticModelRuntime(Time)) with { Worker = _worker.RunAsync };
        QueuedJob[] jobs = [.. new[] { Cards.Detector, Cards.Classifier }.Select(id => new QueuedJob(new WorkerJob.Measure(Cards.Of(id), 2), WorkerNeed.Of(Guess, 2, memory.Budget)))];
        Action<object> report = _reported.Enqueue;
        var over = _over;
        return Sys.ActorOf(Props.Create(() => new WorkerQueueActor(memory, parts, 2, jobs, report, over)), "queue");
    }

    private static WorkerAnswer.Measured Answer(string hash) => new(new MeasuredModel(new FootprintKey(hash, ExecutionProvider.Cpu, "fp32", 1), new FootprintRecord(), "cpu"));
}
