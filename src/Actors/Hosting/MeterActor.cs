using ActorPipeline.Metering;
using ActorPipeline.Cluster;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>Owns the instruments: records what is published on the event stream and, while anybody listens, looks at the board each second.</summary>
internal sealed class MeterActor : ReceiveActor, IWithTimers
{
    private sealed record LookAtBoard : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly LookAtBoard Instance = new();
    }

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly PipelineMeter _meter = new();
    private readonly List<Type> _types = [];

    /// <param name="board">Who is asked how busy the board is: the root, which outlives boards.</param>
    public MeterActor(ICanTell board)
    {
        Record<FrameEntered>(_meter.Frames.Apply);
        Record<FrameConcluded>(_meter.Frames.Apply);
        Record<FrameDropped>(_meter.Frames.Apply);
        Record<SinkDropped>(_meter.Frames.Apply);
        Record<PipelinePaused>(_meter.Frames.Apply);
        Record<SourceInterrupted>(_meter.Frames.Apply);
        Record<SourceResumed>(_meter.Frames.Apply);
        Record<LeaseChanged>(_meter.Models.Apply);
        Record<ModelStateChanged>(_meter.Models.Apply);
        Record<FootprintObserved>(_meter.Models.Apply);
        Record<LedgerBegun>(_ => _meter.Memory.Begin());
        Record<LedgerChanged>(_meter.Memory.Apply);
        Record<BudgetChanged>(_meter.Memory.Apply);
        Record<MemorySampled>(_meter.Memory.Apply);
        Record<LeakDebtSeen>(_meter.Memory.Apply);
        Record<RecycleRequired>(_meter.Memory.Apply);
        Record<NeighbourChanged>(_meter.Neighbours.Apply);
        Record<CropsHandedOff>(_meter.Neighbours.Apply);
        Record<CropsServed>(_meter.Neighbours.Apply);
        Receive<LookAtBoard>(_ =>
        {
            if (_meter.Lanes.IsWanted) board.Tell(GetBoardView.Instance, Self);
        });
        Receive<BoardView>(_meter.Lanes.Apply);
        // Who asks while there is no board is told so.
        Receive<HostingProtocol.ControlRefused>(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        foreach (var type in _types) Context.System.EventStream.Subscribe(Self, type);
        Timers.StartPeriodicTimer(LookAtBoard.Instance, LookAtBoard.Instance, Every);
    }

    protected override void PostStop() => _meter.Dispose();

    private void Record<T>(Action<T> apply)
        where T : ITelemetryEvent
    {
        _types.Add(typeof(T));
        Receive(apply);
    }
}
