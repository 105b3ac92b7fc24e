using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Support;
using ActorPipeline.Workers;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Serving;

/// <summary>A worker's job under its lease; the supervisor is a probe, the process a task that the spec ends.</summary>
public sealed class WorkerActorSpecs : VirtualTimeKit
{
    private static readonly WorkerJob Job = new WorkerJob.Measure(Cards.Of(Cards.Detector), 2);
    private static readonly WorkerAnswer Answer = new WorkerAnswer.Measured(
        new Measuring.MeasuredModel(new FootprintKey("a", ExecutionProvider.Cpu, "fp32", 1), new FootprintRecord(), "cpu"));

    private readonly TaskCompletionSource<WorkerAnswer> _process = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TestProbe _supervisor;
    private readonly TestProbe _waiting;
    private readonly IActorRef _worker;
    private volatile bool _started;
    private volatile bool _killed;

    public WorkerActorSpecs()
    {
        _supervisor = CreateTestProbe();
        _waiting = CreateTestProbe();
        var (supervisor, waiting) = (_supervisor.Ref, _waiting.Ref);
        Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> run = (job, token) =>
        {
            Assert.Same(Job, job);
            _started = true;
            token.Register(() => { _killed = true; _process.TrySetCanceled(token); });
            return _process.Task;
        };
        var need = WorkerNeed.Of(Footprint.Declared(Bytes.MiB(20), Bytes.MiB(8), Bytes.MiB(4)), 2, Bytes.MiB(500));
        _worker = Sys.ActorOf(Props.Create(() => new WorkerActor(Job, need, run, supervisor, waiting)));
        Watch(_worker);
    }

    [Fact]
    public void Should_start_the_process_only_under_a_lease_for_builds_when_it_has_a_job()
    {
        var request = _supervisor.ExpectMsg<RequestLease>();
        Assert.Equal((Cards.Detector, LeasePhase.Build), (request.Model, request.Phase));
        Assert.Equal(Bytes.MiB(20) + WorkerNeed.OfItself, request.Variants[0].Footprint.LoadLease(2).Total);
        Silent(_supervisor);
        Assert.False(_started);

        Grant(request);

        Eventually(() => Assert.True(_started));
    }

    [Fact]
    public void Should_answer_when_the_process_is_gone_and_its_lease_has_ended()
    {
        var lease = Granted();
        _process.SetResult(Answer);
        Assert.Equal(lease, _supervisor.ExpectMsg<ReleaseLease>().Lease);
        Silent(_waiting);

        _worker.Tell(new LeaseEnded(lease), _supervisor);

        Assert.Equal(new WorkerDone(Job, Answer), _waiting.ExpectMsg<WorkerDone>());
        ExpectTerminated(_worker);
    }

    [Fact]
    public void Should_finish_the_job_when_it_is_asked_to_yield_meanwhile()
    {
        var lease = Granted();
        _worker.Tell(new YieldLease(lease, "another waits"), _supervisor);
        Silent(_supervisor);
        Assert.False(_killed);
        _process.SetResult(Answer);
        _supervisor.ExpectMsg<ReleaseLease>();
        _worker.Tell(new YieldLease(lease, "another waits"), _supervisor);
        _worker.Tell(new LeaseEnded(lease), _supervisor);
        _waiting.ExpectMsg<WorkerDone>();
    }

    [Fact]
    public void Should_give_the_lease_back_and_say_why_when_the_process_fails()
    {
        var lease = Granted();
        var why = new WorkerAnswer.Failed("killed", null);
        _process.SetResult(why);
        _supervisor.ExpectMsg<ReleaseLease>();
        _worker.Tell(new LeaseEnded(lease), _supervisor);
        Assert.Equal(new WorkerFailed(Job, why), _waiting.ExpectMsg<WorkerFailed>());
    }

    [Fact]
    public void Should_give_the_lease_back_and_say_why_when_what_runs_the_process_throws()
    {
        var lease = Granted();
        _process.SetException(new InvalidOperationException("a bug"));
        _supervisor.ExpectMsg<ReleaseLease>();
        _worker.Tell(new LeaseEnded(lease), _supervisor);
        Assert.Contains("a bug", _waiting.ExpectMsg<WorkerFailed>().Why.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_fail_when_its_lease_is_denied_for_good()
    {
        var request = _supervisor.ExpectMsg<RequestLease>();
        _worker.Tell(new LeaseDenied(request.Request, DenialReason.NeverFits, "too large", null), _supervisor);
        Assert.Equal("too large", _waiting.ExpectMsg<WorkerFailed>().Why.Reason);
        ExpectTerminated(_worker);
        Assert.False(_started);
    }

    [Fact]
    public void Should_ask_again_and_give_up_in_the_end_when_the_machine_has_too_little_for_now()
    {
        for (var i = 1; i <= 5; i++)
        {
            var request = _supervisor.ExpectMsg<RequestLease>();
            Assert.Equal(i, request.Request.Number);
            _worker.Tell(new LeaseDenied(request.Request, DenialReason.Pressure, "short of memory", TimeSpan.FromSeconds(1)), _supervisor);
            if (i == 5) break;
            Silent(_supervisor);
            Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal("short of memory", _waiting.ExpectMsg<WorkerFailed>().Why.Reason);
    }

    [Fact]
    public void Should_fail_when_the_supervisor_dies_before_the_grant()
    {
        _supervisor.ExpectMsg<RequestLease>();
        Sys.Stop(_supervisor);
        Assert.Contains("supervisor died", _waiting.ExpectMsg<WorkerFailed>().Why.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_kill_the_process_before_it_fails_when_the_supervisor_dies_meanwhile()
    {
        Granted();
        Eventually(() => Assert.True(_started));
        Sys.Stop(_supervisor);
        Assert.Contains("supervisor died", _waiting.ExpectMsg<WorkerFailed>().Why.Reason, StringComparison.Ordinal);
        Assert.True(_killed);
        ExpectTerminated(_worker);
    }

    [Fact]
    public void Should_kill_the_process_when_it_is_stopped()
    {
        Granted();
        Eventually(() => Assert.True(_started));
        Sys.Stop(_worker);
        ExpectTerminated(_worker);
        Assert.True(_killed);
    }

    [Fact]
    public void Should_take_the_room_there_is_when_a_guess_is_larger() =>
        Assert.Equal(Bytes.MiB(40), WorkerNeed.Of(Footprint.Declared(Bytes.MiB(20), Bytes.MiB(8), Bytes.MiB(4)), 2, Bytes.MiB(40)).LoadLease(2).Total);

    [Theory]
    [InlineData(70, 70)]
    [InlineData(10, 20)]
    public void Should_cover_the_build_or_the_load_whichever_is_more_when_an_engine_is_built(double build, double covered)
    {
        var model = new Inference.ModelInspection(32, 32, Bytes.MiB(1), Footprint.Declared(Bytes.MiB(20), Bytes.MiB(8), Bytes.MiB(4))) { Build = Bytes.MiB(build) };
        Assert.Equal(Bytes.MiB(covered) + WorkerNeed.OfItself, WorkerNeed.OfBuild(model, Bytes.MiB(500)).LoadLease(2).Total);
        Assert.Equal(Bytes.MiB(30), WorkerNeed.OfBuild(model, Bytes.MiB(30)).LoadLease(2).Total);
    }

    private LeaseId Granted() => Grant(_supervisor.ExpectMsg<RequestLease>());

    private LeaseId Grant(RequestLease request)
    {
        var lease = new Lease(new LeaseId(1, 7), request.Model, request.Variants[0].Name, LeasePhase.Build, request.Variants[0].Footprint.LoadLease(2));
        _worker.Tell(new LeaseGranted(request.Request, lease), _supervisor);
        return lease.Id;
    }
}
