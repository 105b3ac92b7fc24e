using System.Collections.Concurrent;
using ActorPipeline.Catalog;
using ActorPipeline.Measuring;
using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Workers;
using Akka.Actor;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Measuring under the real supervisor; the worker is a task that the spec ends.</summary>
public sealed class MeasuringActorSpecs : VirtualTimeKit
{
    private static readonly Footprint Guess = Footprint.Declared(Bytes.MiB(600), Bytes.MiB(1), Bytes.MiB(1));

    private readonly ConcurrentQueue<(WorkerJob Job, TaskCompletionSource<WorkerAnswer> Process)> _started = new();
    private readonly ConcurrentQueue<object> _reported = new();
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _killed;

    [Fact]
    public void Should_measure_one_after_the_other_when_each_is_larger_than_the_budget()
    {
        Start();
        Next().SetResult(Answer("a"));
        Next().SetResult(new WorkerAnswer.Failed("killed", null));

        Eventually(() => Assert.True(_over.Task.IsCompleted));
        Assert.Collection(_reported, r => Assert.Equal(Cards.Detector, ((WorkerDone)r).Job.Model), r => Assert.Equal(Cards.Classifier, ((WorkerFailed)r).Job.Model));
        Assert.Empty(_started);
    }

    [Fact]
    public void Should_kill_the_worker_and_be_over_when_it_is_stopped()
    {
        var measuring = Start();
        Eventually(() => Assert.Single(_started));
        Sys.Stop(measuring);
        Eventually(() => Assert.True(_killed && _over.Task.IsCompleted));
        Assert.Empty(_reported);
    }

    [Fact]
    public void Should_name_every_model_when_its_supervisor_dies()
    {
        var measuring = Start();
        Eventually(() => Assert.Single(_started));
        Sys.ActorSelection(measuring.Path / "memory-supervisor").Tell(PoisonPill.Instance);
        Eventually(() => Assert.True(_over.Task.IsCompleted));
        Assert.Equal(2, _reported.OfType<WorkerFailed>().Count());
    }

    private TaskCompletionSource<WorkerAnswer> Next()
    {
        Eventually(() => Assert.Single(_started));
        Assert.True(_started.TryDequeue(out var started));
        Silent(CreateTestProbe());
        Assert.Empty(_started);
        return started.Process;
    }

    private IActorRef Start()
    {
        var settings = new ActorPipelineSettings
        {
            Memory = new MemorySettings { Budget = Bytes.MiB(64) },
            Models = new[] { Cards.Detector, Cards.Classifier }.ToDictionary(id => id, Cards.Of),
        };
        var parts = SyntheticParts.Create(Time, new SyntheticModelRuntime(Time)) with
        {
            Worker = (job, token) =>
            {
                var process = new TaskCompletionSource<WorkerAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
                token.Register(() => { _killed = true; process.TrySetCanceled(token); });
                _started.Enqueue((job, process));
                return process.Task;
            },
        };
        KeyValuePair<ModelCard, Footprint>[] models = [new(Cards.Of(Cards.Detector), Guess), new(Cards.Of(Cards.Classifier), Guess)];
        Action<object> report = _reported.Enqueue;
        var over = _over;
        return Sys.ActorOf(Props.Create(() => new MeasuringActor(settings, parts, 2, models, report, over)), "measuring");
    }

    private static WorkerAnswer.Measured Answer(string hash) => new(new MeasuredModel(new FootprintKey(hash, ExecutionProvider.Cpu, "fp32", 1), new FootprintRecord(), "cpu"));
}
