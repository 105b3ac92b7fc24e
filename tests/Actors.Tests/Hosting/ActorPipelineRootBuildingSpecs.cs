using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Memory;
using ActorPipeline.Scenarios;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Workers;
using Akka.Actor;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Engines that are built before a run begins; the worker processes are tasks that a spec ends.</summary>
public sealed class ActorPipelineRootBuildingSpecs : ScenarioKit
{
    private static readonly ModelId[] Both = [Cards.Detector, Cards.Classifier];
    private static readonly WorkerAnswer Built = new WorkerAnswer.Built(new EngineReport(ExecutionProvider.Cpu, EngineUse.Built, TimeSpan.FromSeconds(1), Bytes.MiB(3)));
    private static readonly WorkerAnswer Killed = new WorkerAnswer.Failed("its worker process was killed", null);

    private readonly FakeWorker _worker = new();

    public ActorPipelineRootBuildingSpecs() => Worker = _worker;

    [Fact]
    public void Should_build_one_engine_after_the_other_before_anything_is_loaded_when_they_are_missing()
    {
        DeclareWithEngines();
        Start(budget: 200, models: Both);

        foreach (var (i, id) in Both.Index())
        {
            Eventually(() => Assert.Equal(i + 1, _worker.Started.Count));
            var job = Assert.IsType<WorkerJob.Build>(_worker.Last.Job);
            Assert.Equal((id, new ActorPipelineSettings().Engines), (job.Model, job.Engines));
            Assert.Equal((0, 0), (Runtime["detector"].LoadAttempts, Runtime["classifier"].LoadAttempts));
            _worker.Last.End(Built);
        }

        var run = End();
        Assert.Equal((5, 2), (run.Pipelines[0].Totals.Classified, _worker.Started.Count));
        Assert.Equal(Both, Seen<EngineBuilding>().Select(b => b.Model));
        Assert.All(Seen<EngineBuilt>(), b => Assert.Equal(EngineUse.Built, b.Engine!.Use));
        AssertSound(run);
    }

    [Fact]
    public void Should_charge_a_lease_for_the_build_until_the_probe_asks_for_less_when_an_engine_is_built()
    {
        DeclareWithEngines();
        Start(budget: 200, models: Both);
        Eventually(() => Assert.Single(_worker.Started));

        var charge = Assert.Single(Charges(), c => c.Kind == ChargeKind.Build);
        Assert.Equal(("detector", Bytes.MiB(60) + WorkerNeed.OfItself), (charge.Account, charge.Bytes.Total));

        _worker.Last.End(Built);
        Eventually(() => Assert.Equal(2, _worker.Started.Count));
        Assert.Equal("classifier", Assert.Single(Charges(), c => c.Kind == ChargeKind.Build).Account);
        _worker.Last.End(Built);
        End();

        var detector = Seen<LeaseChanged>().Where(l => l.Model == Cards.Detector).Take(3).ToArray();
        Assert.Equal([LeaseChange.Granted, LeaseChange.Ended, LeaseChange.Granted], detector.Select(l => l.Change));
        Assert.Equal(Bytes.MiB(40), detector[2].Bytes);
    }

    [Fact]
    public void Should_take_the_room_beside_the_buffers_when_a_build_is_guessed_to_need_more()
    {
        DeclareWithEngines();
        Start(budget: 50, models: Both);
        Eventually(() => Assert.Single(_worker.Started));

        var buffers = Charges().Where(c => c.Kind == ChargeKind.Pool).Aggregate(Bytes.Zero, (sum, c) => sum + c.Bytes.Total);
        Assert.Equal(Bytes.MiB(50) - buffers, Assert.Single(Charges(), c => c.Kind == ChargeKind.Build).Bytes.Total);
    }

    [Fact]
    public void Should_load_under_a_lease_that_covers_the_build_when_the_worker_was_killed()
    {
        DeclareWithEngines();
        Start(budget: 200, models: Both);
        EndEach(Killed, Killed);

        var run = End();

        Assert.Equal(5, run.Pipelines[0].Totals.Classified);
        Assert.All(Seen<EngineBuilt>(), b => Assert.Null(b.Engine));
        var probe = Seen<LeaseChanged>().Where(l => l.Model == Cards.Detector && l.Change == LeaseChange.Granted).ElementAt(1);
        Assert.Equal(Bytes.MiB(60), probe.Bytes);
    }

    [Fact]
    public void Should_go_on_when_the_actor_of_a_worker_dies()
    {
        DeclareWithEngines();
        Start(budget: 200, models: Both);
        Eventually(() => Assert.Single(_worker.Started));
        var first = _worker.Last;

        KillAndSee("builder-detector");

        Assert.True(first.Killed);
        Eventually(() => Assert.Equal(2, _worker.Started.Count));
        _worker.Last.End(Built);
        Assert.Equal(5, End().Pipelines[0].Totals.Classified);
    }

    [Fact]
    public void Should_refuse_with_every_reason_and_load_nothing_when_models_are_bad()
    {
        DeclareWithEngines();
        Start(budget: 200, models: Both);
        EndEach(new WorkerAnswer.Failed("no such shape", LoadFailure.WrongShape), new WorkerAnswer.Failed("nine labels", LoadFailure.WrongLabels));

        Eventually(() => Assert.NotEmpty(Seen<RunRefused>()));
        Assert.Equal(["no such shape", "nine labels"], Seen<RunRefused>()[0].Reasons);
        Assert.Equal((0, 0), (Runtime["detector"].LoadAttempts, Runtime["classifier"].LoadAttempts));
    }

    [Fact]
    public void Should_kill_the_worker_and_refuse_when_it_is_shut_down_meanwhile()
    {
        DeclareWithEngines();
        Start(budget: 200, models: Both);
        Eventually(() => Assert.Single(_worker.Started));
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        Root.Tell(new ShutDown(done));

        Eventually(() => Assert.True(done.Task.IsCompleted));
        Assert.True(_worker.Last.Killed);
        Assert.Contains("shut down before the start", Assert.Single(Seen<RunRefused>()).Reasons);
        Assert.Single(_worker.Started);
    }

    [Theory]
    [InlineData("memory-monitor")]
    [InlineData("memory-supervisor")]
    public void Should_kill_the_worker_and_refuse_when_a_part_dies_meanwhile(string part)
    {
        DeclareWithEngines();
        Start(budget: 200, models: Both);
        Eventually(() => Assert.Single(_worker.Started));

        KillAndSee(part);

        Eventually(() => Assert.NotEmpty(Seen<RunRefused>()));
        Assert.True(_worker.Last.Killed);
        Assert.Contains($"{part} died", Seen<RunRefused>()[0].Reasons);
    }

    [Fact]
    public void Should_build_nothing_when_nothing_is_missing()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
        Add("street", new NumberedFrameSource(5, 16, 16));
        Start(budget: 200, models: Both);

        Assert.Equal(5, End().Pipelines[0].Totals.Classified);
        Assert.Empty(_worker.Started);
    }

    [Fact]
    public void Should_leave_it_to_the_load_and_its_lease_when_there_is_no_worker()
    {
        Worker = null;
        DeclareWithEngines();
        Start(budget: 200, models: Both);

        Assert.Equal(5, End().Pipelines[0].Totals.Classified);
        Assert.Empty(Seen<EngineBuilding>());
        Assert.Equal(Bytes.MiB(60), Seen<LeaseChanged>().First(l => l.Model == Cards.Detector).Bytes);
    }

    private void DeclareWithEngines()
    {
        Runtime.Add(Declare(Cards.Detector) with { Build = Bytes.MiB(60) });
        Runtime.Add(Declare(Cards.Classifier) with { Build = Bytes.MiB(60) });
        Add("street", new NumberedFrameSource(5, 16, 16));
    }

    private void EndEach(params WorkerAnswer[] answers)
    {
        foreach (var (i, answer) in answers.Index())
        {
            Eventually(() => Assert.Equal(i + 1, _worker.Started.Count));
            _worker.Last.End(answer);
        }
    }
}
