using ActorPipeline.Catalog;
using ActorPipeline.Evaluation;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Memory.MemoryProtocol;
using static ActorPipeline.Replacing.ReplacementProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Replacing;

/// <summary>
/// Tries a model's new file beside the one that serves: has it loaded once, and then run on copies of what the other was asked, one after the
/// other, under leases as any model. Charging -> Loading -> Comparing -> Judging; who tries again makes another.
/// </summary>
internal sealed class ReplacementActor : ReceiveActor, IWithTimers
{
    private sealed record LookAgain : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly LookAgain Instance = new();
    }

    private const int MostRefusals = 30;

    /// <summary>Where there is nothing to see, looking twice at every frame would only keep the lanes busy.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Replacement _try;
    private readonly PipelineId _name;
    private readonly SampleAgreement _agreement;
    private PixelPool? _room;
    private PixelBuffer? _pixels;
    private WorkSample? _sample;
    private int _refusals;
    private long _number;

    public ReplacementActor(Replacement replacement)
    {
        // Pipelines' names have no '@'.
        (_try, _name, _agreement) = (replacement, new PipelineId($"@{replacement.Candidate.Id}"), new SampleAgreement(replacement.Candidate));
        Become(Charging);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_try.Board);
        Context.Watch(_try.Supervisor);
        AskForRoom();
    }

    protected override void PostStop()
    {
        // What still runs keeps its own hold, which the board lets go.
        _pixels?.Release();
        _room?.Dispose();
        _try.Supervisor.Tell(new ReleasePool(_name.Value));
    }

    private void Charging()
    {
        Receive<PoolCharged>(_ =>
        {
            _room = new PixelPool(1, _try.SampleBytes);
            _pixels = _room.TryRent();
            Become(Loading);
            _try.Tell(new ProbeModel(_try.Candidate.Id), Self);
        });
        Receive<PoolRefused>(OnPoolRefused);
        Receive<LookAgain>(_ => AskForRoom());
        Always();
    }

    private void AskForRoom() => _try.Supervisor.Tell(new ChargePool(_name.Value, PoolVector.OfHost(new Bytes(_try.SampleBytes))));

    /// <summary>There is room in the budget as a whole: where it was lowered just now, models still leave.</summary>
    private void OnPoolRefused(PoolRefused refused)
    {
        if (++_refusals >= MostRefusals) End(ReplacementVerdict.Refused($"there is no room for copies of what is compared: {refused.Explanation}"));
        else Timers.StartSingleTimer(LookAgain.Instance, LookAgain.Instance, Pause);
    }

    private void Loading()
    {
        Receive<ModelProbed>(probed =>
        {
            Context.Parent.Tell(new CandidateLoaded(_try.Candidate.Id, probed.Report));
            if (VariantAgreement.Fault(_try.Model, _try.Before, probed.Report) is { } fault) End(ReplacementVerdict.Refused(fault));
            else Next();
        });
        Receive<ProbeFailed>(failed => End(ReplacementVerdict.Refused(failed.Reason)));
        Always();
    }

    private void Comparing()
    {
        Receive<WorkSampled>(sampled =>
        {
            _sample = sampled.Sample;
            _try.Board.Tell(new Submit(new WorkId(_name, ++_number), _try.Candidate.Id, _sample.Work, _try.Time.Instant()));
        });
        Receive<Completed>(_ =>
        {
            var before = _agreement.Samples;
            _agreement.Add(_sample!);
            if (_agreement.Samples == before) Timers.StartSingleTimer(LookAgain.Instance, LookAgain.Instance, Pause);
            else if (_agreement.Samples < _try.Settings.Samples) Next();
            else Judge();
        });
        Receive<LookAgain>(_ => Next());
        Receive<WorkFailed>(failed => End(ReplacementVerdict.Refused($"it could not be run: {failed.Detail}")));
        Always();
    }

    private void Judging()
    {
        Receive<BoardView>(view =>
        {
            TimeSpan? Part(ModelId model) => view.Models.TryGetValue(model, out var seen) ? seen.Part : null;
            End(ReplacementVerdict.Of(_try.Settings, _agreement.Share, Part(_try.Model), Part(_try.Candidate.Id)));
        });
        Always();
    }

    private void Always() => Receive<Terminated>(lost => End(ReplacementVerdict.Refused($"{lost.ActorRef.Path.Name} died meanwhile")));

    /// <summary>The same pixels are written over each time: nobody reads them once a sample's work is answered.</summary>
    private void Next()
    {
        Become(Comparing);
        _pixels!.Retain();
        _try.Board.Tell(new SampleWork(_try.Model, _pixels));
    }

    private void Judge()
    {
        Become(Judging);
        _try.Board.Tell(GetBoardView.Instance);
    }

    private void End(ReplacementVerdict verdict)
    {
        Context.Parent.Tell(new ReplacementJudged(_try.Candidate.Id, verdict));
        Context.Stop(Self);
        Become(Over);
    }

    private void Over() => ReceiveAny(_ => { });
}
