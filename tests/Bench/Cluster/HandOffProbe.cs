using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Bench.Cluster;

/// <summary>
/// Sends the same crops to this node's board and to a neighbour, in turn, and tells how long each took. The gateway is the product's; the board that
/// it sees says that it cannot, so that all it gets goes to the neighbour.
/// </summary>
internal sealed class HandOffProbe : ReceiveActor, IWithTimers
{
    /// <summary>Begins once the neighbour is heard of.</summary>
    /// <param name="Rounds">Pairs of runs.</param>
    public sealed record Begin(int Rounds);

    /// <summary>Milliseconds of each run, pair by pair.</summary>
    public sealed record Told(IReadOnlyList<double> Here, IReadOnlyList<double> There, IReadOnlyList<string> Faults);

    private sealed record Next;

    /// <summary>Says that it can run nothing.</summary>
    private sealed class UnableBoard : ReceiveActor
    {
        public UnableBoard(ModelId model)
        {
            Receive<GetBoardView>(_ => Sender.Tell(new BoardView(1, TimeSpan.Zero, new Dictionary<ModelId, ModelView> { [model] = new(false, "not here", TimeSpan.Zero, TimeSpan.Zero, null) })));
            Receive<Submit>(submit =>
            {
                submit.Work.Release();
                Sender.Tell(new WorkFailed(submit.Id, "not-here", "it came to the board"));
            });
        }
    }

    private const int WarmUps = 20;

    private readonly ModelId _model;
    private readonly PixelBuffer _crops;
    private readonly int _count;
    private readonly int _side;
    private readonly IActorRef _board;
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly List<double> _here = [];
    private readonly List<double> _there = [];
    private readonly List<string> _faults = [];
    private readonly Func<IActorRef, IActorRef, ModelId, GatewayParts> _parts;
    private IActorRef? _gateway;
    private IActorRef _asker = ActorRefs.Nobody;
    private long _number;
    private long _sent;
    private int _rounds;

    /// <param name="model">The classifier.</param>
    /// <param name="crops">Holds the crops, packed one behind the other.</param>
    /// <param name="count">How many.</param>
    /// <param name="side">Pixels across and down each.</param>
    /// <param name="board">This node's board.</param>
    /// <param name="parts">Makes a gateway's parts for a board and whoever knows the other nodes.</param>
    public HandOffProbe(ModelId model, PixelBuffer crops, int count, int side, IActorRef board, Func<IActorRef, IActorRef, ModelId, GatewayParts> parts)
    {
        (_model, _crops, _count, _side, _board, _parts) = (model, crops, count, side, board, parts);
        Receive<Begin>(begin =>
        {
            (_asker, _rounds) = (Sender, begin.Rounds);
            Context.ActorOf(Props.Create(() => new SiteDirectory(Self)), "ear");
        });
        Receive<NodeHeard>(OnHeard);
        Receive<Completed>(done => OnDone(done.Node, null));
        Receive<WorkFailed>(failed => OnDone(null, $"{failed.Reason}: {failed.Detail}"));
        Receive<Next>(_ => Send());
        ReceiveAny(_ => { });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsHere => _number % 2 == 0;

    private void OnHeard(NodeHeard heard)
    {
        if (_gateway is not null || heard.Summary.Models.Count == 0) return;
        var unable = Context.ActorOf(Props.Create(() => new UnableBoard(_model)));
        _gateway = Context.ActorOf(Props.Create(() => new HandOffGateway(_parts(unable, Self, _model))), "gateway");
        _gateway.Tell(new ShareModels(new ServedCatalog([new ServedClassifier(_model, heard.Summary.Models[0].Model, _side, _side, 1)])));
        // The gateway has to hear of it too.
        Timers.StartSingleTimer(nameof(Next), new Next(), TimeSpan.FromSeconds(2));
    }

    private void Send()
    {
        var work = new ClassifyWork(_crops, _count, _side, _side);
        _sent = _time.GetTimestamp();
        (IsHere ? _board : _gateway!).Tell(new Submit(new WorkId(new PipelineId("probe"), _number), _model, work, _time.GetElapsedTime(0)));
    }

    private void OnDone(string? node, string? fault)
    {
        var took = _time.GetElapsedTime(_sent).TotalMilliseconds;
        if (fault is not null && _number >= WarmUps) _faults.Add(fault);
        else if (_number >= WarmUps) (node is null ? _here : _there).Add(took);
        _number++;
        if (_number >= WarmUps + (2 * _rounds)) _asker.Tell(new Told(_here, _there, _faults));
        // Both cores come to rest between runs.
        else Timers.StartSingleTimer(nameof(Next), new Next(), TimeSpan.FromMilliseconds(20));
    }
}
