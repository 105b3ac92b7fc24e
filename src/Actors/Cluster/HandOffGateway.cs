using ActorPipeline.Catalog;
using ActorPipeline.Cluster.Wire;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>
/// Stands between pipelines and the board: each batch of crops goes to the board, or to the neighbour that is expected to answer first. What
/// the board gets it answers itself; what a neighbour gets is answered here, once, within its bound. It lives as long as the board does, and
/// owns what knows the other nodes, what speaks of this one, and the desk for their crops. This file has where work goes; its answers, neighbours, and work that is not wanted any more have files of their own.
/// </summary>
internal sealed partial class HandOffGateway : ReceiveActor, IWithTimers
{
    /// <summary>A batch for which no place is chosen yet.</summary>
    private sealed record Placing(Submit Submit, ClassifyWork Work, ServedClassifier Model, IActorRef From, IReadOnlyCollection<NodeKey>? Tried, int Looks = 0)
    {
        /// <summary>Its stage's name for it.</summary>
        public (IActorRef From, WorkId Id) Key => (From, Submit.Id);

        /// <summary>How the neighbour that had it last did not do it; null where none had it.</summary>
        public (string Reason, string Detail)? NotDone { get; init; }
    }

    private sealed record LookAgain((IActorRef From, WorkId Id) Key) : INotInfluenceReceiveTimeout, IDeadLetterSuppression;

    private sealed record GiveUpOverdue : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly GiveUpOverdue Instance = new();
    }

    /// <summary>Where a neighbour may soon take what this node cannot, it is looked again after that.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(10);

    /// <summary>So often at most.</summary>
    private const int MostLooks = 200;

    private readonly GatewayParts _parts;
    private readonly TimeProvider _time;
    private readonly PacerLimits _pace = new();
    private readonly NodeDirectory _directory;
    private readonly PeerTimes _times = new();
    private readonly LocalTimes _local = new();
    private readonly LoadWatch _loads;
    private readonly HandOffPolicy _policy;
    private readonly HandOffLedger _ledger;
    private readonly PackedSize _size;
    private readonly Queue<Placing> _placing = [];
    /// <summary>What waits for a neighbour that may soon take it.</summary>
    private readonly Dictionary<(IActorRef From, WorkId Id), Placing> _looking = [];
    private readonly Dictionary<long, Placing> _handed = [];
    private readonly Dictionary<(IActorRef From, WorkId Id), long> _numbers = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ServedCatalog _catalog = ServedCatalog.Empty;
    private bool _viewAsked;

    public HandOffGateway(GatewayParts parts)
    {
        (_parts, _time) = (parts, parts.Time);
        _directory = new NodeDirectory(_pace.Expiry);
        _loads = new LoadWatch(_local);
        _policy = new HandOffPolicy(new HandOffLimits(), parts.Self.Name);
        _ledger = new HandOffLedger(new HandOffPatience(), first: parts.Numbers);
        _size = new PackedSize(parts.Settings.Crops);
        Receive<Submit>(OnSubmit);
        Receive<WithdrawWork>(OnWithdraw);
        Receive<BoardView>(OnView);
        Receive<LookAgain>(look => { if (_looking.Remove(look.Key, out var placing)) Choose(placing); });
        Receive<GiveUpOverdue>(_ => OnOverdue());
        Receive<ModelStateChanged>(change => _loads.Changed(change, _catalog.Find(change.Model)?.Shared));
        ReceiveFromNeighbours();
        ReceiveFromThisNode();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>Board and gateway live and end together; who holds neighbours' bytes begins anew with them.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(ModelStateChanged));
        MakeChildren();
    }

    /// <summary>Nobody answers what neighbours have any more; their stages learn from the board's end.</summary>
    protected override void PostStop()
    {
        foreach (var placing in _handed.Values.Concat(_placing).Concat(_looking.Values)) placing.Work.Release();
    }

    private void OnSubmit(Submit submit)
    {
        var from = Sender;
        if (submit.Work is ClassifyWork work && CanCross(work) && _catalog.Find(submit.Model) is { } model && AnyoneElse(model.Shared))
            Choose(new Placing(submit, work, model, from, null));
        else
            _parts.Board.Tell(submit, from);
    }

    /// <summary>Whether it, and its answer, may cross the wire.</summary>
    private bool CanCross(ClassifyWork work) => work is { Parts: > 0 and <= WireLimits.Crops, Width: <= WireLimits.Side, Height: <= WireLimits.Side, Labels: <= WireLimits.LabelsEach }
        && work.Parts * work.Labels <= WireLimits.Labels && _size.Of(work) <= WireLimits.BatchBytes;

    /// <summary>How busy this node is has to be known first, as it is now.</summary>
    private void Choose(Placing placing)
    {
        _placing.Enqueue(placing);
        AskView();
    }

    private void AskView()
    {
        if (_viewAsked || _placing.Count == 0) return;
        _viewAsked = true;
        _parts.Board.Tell(GetBoardView.Instance);
    }

    /// <summary>One batch for one view: the next one has to see where this one went.</summary>
    private void OnView(BoardView view)
    {
        _viewAsked = false;
        if (_placing.TryDequeue(out var placing)) Place(placing, view, _time.Instant());
        AskView();
    }

    private void Place(Placing placing, BoardView view, TimeSpan now)
    {
        var stands = view.Models.GetValueOrDefault(placing.Submit.Model);
        var left = placing.Submit.Deadline - now;
        var local = new LocalView
        {
            Able = stands.Unavailable is null, Ready = stands.Ready, Queue = stands.Queue, RunPerCrop = stands.Part, Lanes = Math.Max(1, view.Lanes),
            Load = _local.Load(placing.Model.Shared),
        };
        var batch = new CropBatch(placing.Model.Shared, placing.Work.Parts, _size.Of(placing.Work), left) { Tried = placing.Tried };
        var choice = _policy.Choose(batch, local, Neighbours(batch, now));
        foreach (var from in choice.CreditFrom(AsksAtOnce)) AskCredit(from, Math.Max(FirstCredit, batch.Bytes * BatchesAhead), now);
        if (choice.To is { } to && TrySend(placing, batch, to, choice, now)) return;
        if (local.Able)
        {
            _parts.Board.Tell(placing.Submit, placing.From);
        }
        else if (choice.IsWorthWaiting && !(left <= LookAgainAfter) && placing.Looks < MostLooks)
        {
            _looking[placing.Key] = placing with { Looks = placing.Looks + 1 };
            Timers.StartSingleTimer(placing.Key, new LookAgain(placing.Key), LookAgainAfter);
        }
        else
        {
            var (reason, detail) = placing.NotDone ?? ("model-failed", "no neighbour takes its crops");
            Fail(placing, reason, $"{stands.Unavailable}, and {detail}");
        }
    }

    private bool TrySend(Placing placing, CropBatch batch, NodeKey to, HandOffChoice choice, TimeSpan now)
    {
        var peer = _peers[to];
        if (Pack(placing) is not var (bytes, each)) return false;
        if (bytes.Length > WireLimits.BatchBytes || bytes.Length > peer.Account.Available(now = _time.Instant())) return false;
        batch = batch with { Bytes = bytes.Length, Left = placing.Submit.Deadline - now };
        if (batch.Left <= TimeSpan.Zero || _ledger.Begin(batch, to, choice.Expected, choice.Local.Total, now) is not { } handed) return false;
        var parts = BatchCutter.Cut(bytes);
        var head = new BatchHead(batch.Model, placing.Work.Width, placing.Work.Height, _parts.Settings.Crops, each, parts.Count, placing.Work.Labels, batch.Left);
        for (var i = 0; i < parts.Count; i++)
        {
            if (peer.Account.Send(parts[i].Length, now) is not { } sent) break;
            peer.Desk.Tell(new BatchPart(handed.Number, peer.Account.Epoch, sent, head, i, parts[i]), Self);
        }
        _times.Tried(to, now);
        _handed.Add(handed.Number, placing);
        _numbers[placing.Key] = handed.Number;
        Context.Watch(placing.From);
        WatchOverdue(now);
        return true;
    }

    private (ReadOnlyMemory<byte> Bytes, int[] Each)? Pack(Placing placing)
    {
        try
        {
            // Where the board has died, the stage may have let them go already.
            using var crops = placing.Work.TryOpen();
            if (crops is null) return null;
            var packed = CropPacker.Pack(crops, _parts.Settings.Crops, _parts.Settings.JpegQuality, _size.Of(placing.Work));
            _size.Learn(placing.Work, packed.Bytes.Length);
            return packed;
        }
        catch (Exception fault) when (fault is OpenCvSharp.OpenCVException or Vision.OpenCvUnavailableException)
        {
            _log.Warning("Crops of {Work} cannot be packed and stay here: {Reason}", placing.Submit.Id, fault.Message);
            return null;
        }
    }
}
