using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Replacing.ReplacementProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Replacing;

/// <summary>Who tries a file; board, supervisor, candidate and root are probes.</summary>
public sealed class ReplacementActorSpecs : VirtualTimeKit
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly LoadReport Report = new(ExecutionProvider.Cpu, "", "fp32", 4, 4, 10, LabelList.None, TimeSpan.Zero);

    private readonly PixelPool _pool = new(1, 64);
    private TestProbe _board = null!, _supervisor = null!, _candidate = null!;
    private IActorRef _actor = null!;

    [Fact]
    public void Should_wait_for_room_when_models_are_still_leaving()
    {
        Start(Cards.Classifier);
        Refuse();
        _supervisor.ExpectNoMsg(TimeSpan.Zero);
        Advance(Second);
        _supervisor.ExpectMsg<ChargePool>();

        _supervisor.Reply(new PoolCharged("@classifier~1"));

        Assert.Equal("classifier~1", _candidate.ExpectMsg<ProbeModel>().Model.Value);
    }

    [Fact]
    public void Should_give_up_and_take_nothing_when_there_is_no_room_for_half_a_minute()
    {
        Start(Cards.Classifier);
        for (var i = 0; i < 30; i++)
        {
            Refuse();
            Advance(Second);
        }

        var verdict = ExpectMsg<ReplacementJudged>().Verdict;
        Assert.Equal(new ReplacementVerdict(false, "there is no room for copies of what is compared: all is taken"), verdict);
        _supervisor.ExpectMsg<ReleasePool>();
    }

    [Fact]
    public void Should_look_again_after_a_while_when_there_was_nothing_to_see()
    {
        Loaded();
        Give(Asked());

        var submitted = _board.ExpectMsg<Submit>();
        submitted.Work.Release();
        _board.Reply(new Completed(submitted.Id));
        // Only with the next second.
        _board.Send(_actor, View());
        Advance(Second);

        _board.ExpectMsg<SampleWork>();
    }

    [Fact]
    public void Should_let_go_of_the_pixels_that_are_still_on_their_way_when_it_is_called_off()
    {
        Loaded();
        var asked = Asked();
        Watch(_actor);

        _actor.Tell(CallOff.Instance);
        _board.ExpectMsg<ForgetSample>();
        Give(asked);
        _board.Reply(new SampleForgotten(Cards.Detector));

        ExpectTerminated(_actor);
        Assert.Equal(0, asked.Into.Holds);
        _supervisor.ExpectMsg<ReleasePool>();
    }

    [Fact]
    public void Should_wait_for_the_run_that_reads_them_when_it_is_called_off()
    {
        Loaded();
        var asked = Asked();
        Give(asked);
        var submitted = _board.ExpectMsg<Submit>();
        Watch(_actor);

        _actor.Tell(CallOff.Instance);
        _board.ExpectMsg<WithdrawWork>();
        _supervisor.ExpectNoMsg(TimeSpan.Zero);
        submitted.Work.Release();
        _board.Reply(new Completed(submitted.Id));

        ExpectTerminated(_actor);
        Assert.Equal(0, asked.Into.Holds);
    }

    [Fact]
    public void Should_have_its_engine_built_in_a_process_of_its_own_before_it_is_loaded()
    {
        var builder = CreateTestProbe();
        Start(Cards.Detector, [replyTo => Props.Create(() => new Builder(replyTo, builder))]);
        _supervisor.ExpectMsg<ChargePool>();
        _supervisor.Reply(new PoolCharged(""));
        var (actor, replyTo) = builder.ExpectMsg<(IActorRef, IActorRef)>();
        _candidate.ExpectNoMsg(TimeSpan.Zero);

        replyTo.Tell(new WorkerProtocol.WorkerDone(null!, null!));
        actor.Tell(PoisonPill.Instance);

        _candidate.ExpectMsg<ProbeModel>();
    }

    [Fact]
    public void Should_give_up_when_its_builder_dies_without_a_word()
    {
        var builder = CreateTestProbe();
        Start(Cards.Detector, [replyTo => Props.Create(() => new Builder(replyTo, builder))]);
        _supervisor.ExpectMsg<ChargePool>();
        _supervisor.Reply(new PoolCharged(""));

        builder.ExpectMsg<(IActorRef Actor, IActorRef)>().Actor.Tell(PoisonPill.Instance);

        Assert.Contains("the actor of its worker died", ExpectMsg<ReplacementJudged>().Verdict.Text);
    }

    private sealed class Builder : ReceiveActor
    {
        public Builder(IActorRef replyTo, IActorRef seen) => seen.Tell((Self, replyTo));
    }

    private void Loaded()
    {
        Start(Cards.Detector);
        _supervisor.ExpectMsg<ChargePool>();
        _supervisor.Reply(new PoolCharged(""));
        _candidate.ExpectMsg<ProbeModel>();
        _candidate.Reply(new ModelProbed(new ModelId("detector~1"), Report));
    }

    private SampleWork Asked()
    {
        ExpectMsg<CandidateLoaded>();
        _board.ExpectMsg<GetBoardView>();
        _board.Reply(View());
        return _board.ExpectMsg<SampleWork>();
    }

    private static BoardView View() => new(1, TimeSpan.Zero, new Dictionary<ModelId, ModelView>());

    /// <summary>A frame in which the one before found nothing.</summary>
    private void Give(SampleWork asked)
    {
        var frame = _pool.TryRent()!;
        var sample = new DetectWork(frame, 4, 4).TrySample(asked.Into)!;
        _board.Send(_actor, new WorkSampled(asked.Model, sample));
        frame.Release();
    }

    private void Refuse()
    {
        _supervisor.ExpectMsg<ChargePool>();
        _supervisor.Reply(new PoolRefused("@classifier~1", "all is taken"));
    }

    private void Start(ModelId model, Func<IActorRef, Props>[]? builders = null)
    {
        (_board, _supervisor, _candidate) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var replacement = new Replacement(model, Cards.Of(model) with { Id = new ModelId($"{model}~1") }, Report, 64, new ReplacementSettings())
        {
            Board = _board, Supervisor = _supervisor, Time = Time, Builders = builders ?? [], Tell = (message, from) => _candidate.Ref.Tell(message, from),
        };
        _actor = ActorOfAsTestActorRef<ReplacementActor>(Props.Create(() => new ReplacementActor(replacement)), TestActor);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _pool.Dispose();
    }
}
