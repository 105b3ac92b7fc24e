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
using static ActorPipeline.Serving.WorkerProtocol;

namespace ActorPipeline.Replacing;

/// <summary>
/// Tries a model's new file beside the one that serves: has its engine built and it loaded once, and then run on copies of what the other was asked,
/// one after the other, under leases as any model. Charging -> Building -> Loading -> Comparing -> Judging -> Ending; who tries again makes another.
/// </summary>
internal sealed partial class ReplacementActor : ReceiveActor, IWithTimers
{
    private sealed record LookAgain : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly LookAgain Instance = new();
    }

    private const int MostRefusals = 30;

    /// <summary>Where there is nothing to see, looking twice at every frame would only keep the lanes busy.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>So often it is seen whether the one that serves was given up meanwhile: then nothing more comes to compare on.</summary>
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(10);

    private readonly Replacement _try;
    private readonly PipelineId _name;
    private readonly SampleAgreement _agreement;
    private PixelPool? _room;
    private PixelBuffer? _pixels;
    private WorkSample? _sample;
    private int _refusals;
    private int _builds;
    private IActorRef? _builder;
    private long _number;
    /// <summary>A copy was asked for.</summary>
    private bool _asked;
    /// <summary>A copy is with the board, to be run.</summary>
    private bool _posted;

    public ReplacementActor(Replacement replacement)
    {
        // Pipelines' names have no '@'.
        (_try, _name, _agreement) = (replacement, new PipelineId($"@{replacement.Candidate.Id}"), new SampleAgreement(replacement.Candidate));
        Become(Charging);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart()
    {
        Context.Watch(_try.Board);
        Context.Watch(_try.Supervisor);
        AskForRoom();
    }

    protected override void PostStop()
    {
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
            BuildNext();
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

    private void Building()
    {
        Receive<WorkerDone>(_ =>
        {
            Context.Unwatch(_builder!);
            BuildNext();
        });
        Receive<WorkerFailed>(failed => End(ReplacementVerdict.Refused($"its engine could not be built: {failed.Why.Reason}")));
        Receive<Terminated>(lost => lost.ActorRef.Equals(_builder), _ => End(ReplacementVerdict.Refused("its engine could not be built: the actor of its worker died")));
        Always();
    }

    /// <summary>Never within the process that runs the pipelines, and not while other loads would have to wait for it.</summary>
    private void BuildNext()
    {
        if (_builds < _try.Builders.Count)
        {
            Become(Building);
            _builder = Context.Watch(Context.ActorOf(_try.Builders[_builds](Self), $"builder-{++_builds}"));
            return;
        }
        Become(Loading);
        _try.Tell(new ProbeModel(_try.Candidate.Id), Self);
    }

    private void Loading()
    {
        Receive<ModelProbed>(probed =>
        {
            Context.Parent.Tell(new CandidateLoaded(_try.Candidate.Id, probed.Report));
            if (VariantAgreement.Fault(_try.Model, _try.Before, probed.Report) is { } fault) End(ReplacementVerdict.Refused(fault));
            else Compare();
        });
        Receive<ProbeFailed>(failed => End(ReplacementVerdict.Refused(failed.Reason)));
        Always();
    }

    private void Compare()
    {
        Become(Comparing);
        Timers.StartPeriodicTimer(Watch, GetBoardView.Instance, Watch);
        _try.Board.Tell(GetBoardView.Instance);
    }

    private void Comparing()
    {
        Receive<GetBoardView>(_ => _try.Board.Tell(GetBoardView.Instance));
        Receive<BoardView>(view =>
        {
            if (view.Models.TryGetValue(_try.Model, out var served) && served.Unavailable is { } why) End(new ReplacementVerdict(true, $"the old one was given up: {why}"));
            else if (!_asked && !_posted && !Timers.IsTimerActive(LookAgain.Instance)) Next();
        });
        Receive<WorkSampled>(sampled =>
        {
            (_asked, _posted, _sample) = (false, true, sampled.Sample);
            _try.Board.Tell(new Submit(new WorkId(_name, ++_number), _try.Candidate.Id, _sample.Work, _try.Time.Instant()));
        });
        Receive<Completed>(_ => OnCompleted());
        Receive<WorkFailed>(failed =>
        {
            _posted = false;
            End(ReplacementVerdict.Refused($"it could not be run: {failed.Detail}"));
        });
        Receive<LookAgain>(_ => Next());
        Always();
    }

    /// <summary>The same pixels are written over each time: nobody reads them once a sample's work is answered.</summary>
    private void Next()
    {
        _asked = true;
        _try.Board.Tell(new SampleWork(_try.Model, _pixels!));
    }

    private void OnCompleted()
    {
        _posted = false;
        var before = _agreement.Samples;
        _agreement.Add(_sample!);
        if (_agreement.Samples == before)
        {
            Timers.StartSingleTimer(LookAgain.Instance, LookAgain.Instance, Pause);
        }
        else if (_agreement.Samples < _try.Settings.Samples)
        {
            Next();
        }
        else
        {
            Become(Judging);
            _try.Board.Tell(GetBoardView.Instance);
        }
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

    private void Always()
    {
        Receive<CallOff>(_ => LetGo());
        Receive<GetBoardView>(_ => { });
        Receive<BoardView>(_ => { });
        Receive<Terminated>(lost =>
        {
            if (lost.ActorRef.Equals(_try.Board)) OnBoardLost();
            End(ReplacementVerdict.Refused($"{lost.ActorRef.Path.Name} died meanwhile"));
        });
    }
}
