using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Hosting.HostingProtocol;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>What a user's own tests do: a probe in the place of a model, of the supervisor; the camera's is in <see cref="UserTests.MyCameraSpecs"/>.</summary>
public sealed class UserTestSpecs : VirtualTimeKit
{
    private readonly ActorPipelineSettings _settings = SyntheticParts.Settings("street", detect: "detector", classify: "classifier");
    private readonly SyntheticModelRuntime _runtime;
    private readonly TestProbe _events;

    public UserTestSpecs()
    {
        _runtime = new SyntheticModelRuntime(Time)
            .Add(new SyntheticModel(Cards.Detector) { Detects = _ => [new Detection(new BoundingBox(0, 0, 8, 8), 0, 0.9f)] })
            .Add(new SyntheticModel(Cards.Classifier));
        _events = CreateTestProbe();
        Sys.EventStream.Subscribe(_events, typeof(RunEnded));
        Sys.EventStream.Subscribe(_events, typeof(RunRefused));
    }

    [Fact]
    public void Should_run_to_the_end_when_nothing_is_replaced()
    {
        ActorPipelineHosting.Start(Sys, _settings, SyntheticParts.Create(Time, _runtime));

        Assert.Equal(100, Ended().Pipelines[0].Totals.Classified);
    }

    [Fact]
    public void Should_have_a_test_play_a_model_when_it_names_a_probe()
    {
        var model = CreateTestProbe();
        var parts = SyntheticParts.Create(Time, _runtime) with { Model = id => id == Cards.Classifier ? model : null };
        ActorPipelineHosting.Start(Sys, _settings, parts);
        // What it has the board run is its own affair: here a declared model, loaded by hand and under no lease.
        using var loaded = _runtime.Load(_settings.Models[Cards.Classifier], CancellationToken.None);

        model.ExpectMsg<ProbeModel>();
        model.Reply(new ModelProbed(Cards.Classifier, loaded.Report));
        model.ExpectMsg<Demand>();
        var board = model.LastSender;
        board.Tell(new ModelReady(Cards.Classifier, loaded), model);
        Eventually(() => Assert.InRange(_runtime["classifier"].Runs, 1, 100));

        // It may leave and come back whenever it likes: work waits.
        board.Tell(new DrainModel(Cards.Classifier), model);
        // Work that comes while it drains asks for it again before it is drained.
        var completed = model.FishForMessage<ModelDrained>(_ => true).CompletedRuns;
        Assert.Equal(_runtime["classifier"].Runs, completed);
        board.Tell(new ModelReady(Cards.Classifier, loaded), model);

        Assert.Equal(100, Ended().Pipelines[0].Totals.Classified);
    }

    [Fact]
    public void Should_have_a_test_play_the_supervisor_when_it_names_a_probe()
    {
        _runtime.Add(new SyntheticModel(Cards.Detector) { RunTime = TimeSpan.FromSeconds(1) });
        var supervisor = CreateTestProbe();
        var settings = SyntheticParts.Settings("street", detect: "detector");
        ActorPipelineHosting.Start(Sys, settings, SyntheticParts.Create(Time, _runtime) with { Supervisor = supervisor });
        supervisor.Reply(new PoolCharged(supervisor.FishForMessage<ChargePool>(_ => true).Account));
        // The probe at the start, and then the load for work.
        Lend(supervisor, 1);
        var lease = Lend(supervisor, 2);
        Eventually(() => Assert.Equal(1, _runtime["detector"].Waiting));

        supervisor.Reply(new YieldLease(lease, "because the test says so"));
        AdvanceUntil(() => Assert.Equal(0, _runtime["detector"].Resident), TimeSpan.FromMilliseconds(200));

        Assert.Equal(lease, supervisor.FishForMessage<ReleaseLease>(_ => true).Lease);
        supervisor.Reply(new LeaseEnded(lease));
        // Its work waits, so it asks again.
        Assert.Equal(Cards.Detector, supervisor.FishForMessage<RequestLease>(_ => true).Model);
    }

    [Fact]
    public void Should_refuse_with_the_reason_when_the_supervisor_denies_the_probe()
    {
        var supervisor = CreateTestProbe();
        var settings = SyntheticParts.Settings("street", detect: "detector");
        ActorPipelineHosting.Start(Sys, settings, SyntheticParts.Create(Time, _runtime) with { Supervisor = supervisor });
        supervisor.Reply(new PoolCharged(supervisor.FishForMessage<ChargePool>(_ => true).Account));

        var request = supervisor.FishForMessage<RequestLease>(_ => true);
        supervisor.Reply(new LeaseDenied(request.Request, DenialReason.NeverFits, "not on this machine", null));

        Assert.Equal(["not on this machine"], _events.ExpectMsg<RunRefused>().Reasons);
    }

    [Fact]
    public void Should_move_declared_delays_when_the_test_moves_time()
    {
        _runtime.Add(new SyntheticModel(Cards.Detector) { LoadTime = TimeSpan.FromHours(0.01), RunTime = TimeSpan.FromMinutes(0.1) });
        var parts = SyntheticParts.Create(Time, _runtime) with { CreateSource = _ => new NumberedFrameSource(10, 64, 48) };
        ActorPipelineHosting.Start(Sys, SyntheticParts.Settings("street", detect: "detector"), parts);
        Eventually(() => Assert.Equal(1, _runtime["detector"].Waiting));
        var began = Time.GetUtcNow();

        AdvanceUntil(() => Assert.True(_events.HasMessages), TimeSpan.FromSeconds(2));

        Assert.Equal(10, Ended().Pipelines[0].Totals.Empty);
        Assert.InRange(Time.GetUtcNow() - began, TimeSpan.FromMinutes(1.5), TimeSpan.FromMinutes(60));
    }

    [Fact]
    public void Should_drain_and_end_when_the_test_shuts_it_down()
    {
        var camera = CreateTestProbe();
        var root = ActorPipelineHosting.Start(Sys, _settings, SyntheticParts.Create(Time, _runtime) with { Camera = _ => camera });
        camera.ExpectMsg<PipelineProtocol.OpenSource>();
        camera.Reply(new PipelineProtocol.SourceOpened(new Sources.SourceInfo(true, 64, 48, 25, null, 64 * 48 * 3)));
        var read = camera.ExpectMsg<PipelineProtocol.Read>();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        root.Tell(new ShutDown(done));
        camera.Reply(new PipelineProtocol.SourceEnded(read.Buffer, null));

        Assert.Equal(0, Ended().Pipelines[0].BuffersOutstanding);
        Eventually(() => Assert.True(done.Task.IsCompleted));
    }

    private RunEnded Ended() => _events.ExpectMsg<RunEnded>();

    private static LeaseId Lend(TestProbe supervisor, long number)
    {
        var granted = SyntheticParts.Grant(supervisor.FishForMessage<RequestLease>(_ => true), number);
        supervisor.Reply(granted);
        supervisor.FishForMessage<ConfirmResident>(m => m.Lease == granted.Lease.Id);
        if (number > 1) return granted.Lease.Id;
        supervisor.FishForMessage<ReleaseLease>(m => m.Lease == granted.Lease.Id);
        supervisor.Reply(new LeaseEnded(granted.Lease.Id));
        return granted.Lease.Id;
    }
}
