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
        Start(Cards.Detector);
        _supervisor.ExpectMsg<ChargePool>();
        _supervisor.Reply(new PoolCharged("@detector~1"));
        _candidate.ExpectMsg<ProbeModel>();
        _candidate.Reply(new ModelProbed(new ModelId("detector~1"), Report));
        ExpectMsg<CandidateLoaded>();
        Give(_board.ExpectMsg<SampleWork>());

        var submitted = _board.ExpectMsg<Submit>();
        submitted.Work.Release();
        _board.Reply(new Completed(submitted.Id));

        _board.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Advance(Second);
        _board.ExpectMsg<SampleWork>().Into.Release();
    }

    /// <summary>A frame in which the one before found nothing.</summary>
    private void Give(SampleWork asked)
    {
        var frame = _pool.TryRent()!;
        var sample = new DetectWork(frame, 4, 4).TrySample(asked.Into)!;
        asked.Into.Release();
        _board.Reply(new WorkSampled(asked.Model, sample));
    }

    private void Refuse()
    {
        _supervisor.ExpectMsg<ChargePool>();
        _supervisor.Reply(new PoolRefused("@classifier~1", "all is taken"));
    }

    private void Start(ModelId model)
    {
        (_board, _supervisor, _candidate) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var replacement = new Replacement(model, Cards.Of(model) with { Id = new ModelId($"{model}~1") }, Report, 64, new ReplacementSettings())
        {
            Board = _board, Supervisor = _supervisor, Time = Time, Tell = (message, from) => _candidate.Ref.Tell(message, from),
        };
        ActorOfAsTestActorRef<ReplacementActor>(Props.Create(() => new ReplacementActor(replacement)), TestActor);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _pool.Dispose();
    }
}
