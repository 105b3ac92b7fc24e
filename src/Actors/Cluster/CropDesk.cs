using ActorPipeline.Cluster.Wire;
using ActorPipeline.Inference;
using ActorPipeline.Serving;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>
/// Takes neighbours' crops and has this node's board look at them, behind its own work. Room is reserved before it is promised, promises
/// lapse, and what a neighbour says is believed only as far as it adds up. Crops never go on to a third node. This file has promises and parts;
/// what becomes of a whole batch has a file of its own.
/// </summary>
internal sealed partial class CropDesk : ReceiveActor, IWithTimers
{
    private sealed record Expire : INotInfluenceReceiveTimeout, IDeadLetterSuppression
    {
        public static readonly Expire Instance = new();
    }

    private readonly GatewayParts _parts;
    private readonly IActorRef _gateway;
    private readonly TimeProvider _time;
    private readonly CreditBook _book;
    private readonly DeskLedger _ledger = new(new DeskLimits { MostCrops = WireLimits.Crops });
    private readonly Dictionary<NodeKey, IActorRef> _senders = [];
    private readonly Dictionary<IActorRef, NodeKey> _nodes = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ServedCatalog _catalog = ServedCatalog.Empty;
    private IActorRef? _leaving;
    private TimeSpan? _expireAt;

    public CropDesk(GatewayParts parts, IActorRef gateway)
    {
        (_parts, _gateway, _time) = (parts, gateway, parts.Time);
        _book = new CreditBook(new CreditLimits { Pool = parts.Settings.Desk.Credit.Count }, parts.Numbers);
        Receive<OpenDesk>(OnOpen);
        Receive<AskCredit>(OnAsk);
        Receive<BatchPart>(OnPart);
        Receive<WithdrawBatch>(OnWithdrawn);
        Receive<Ping>(ping => Sender.Tell(new Pong(ping.Number)));
        // Who speaks another version, or rubbish, is told so once for each message, and nothing else comes of it.
        Receive<NotUnderstood>(odd =>
        {
            _log.Debug("A message of {Sender} was not understood: {Why}", Sender.Path, odd.Why);
            Sender.Tell(new DeskClosed("version"));
        });
        Receive<SenderGone>(gone => Forget(gone.Node));
        Receive<ShareModels>(share => _catalog = share.Catalog);
        Receive<LeaveNeighbours>(_ => OnLeave());
        Receive<Expire>(_ => OnExpire());
        ReceiveFromBoard();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void OnOpen(OpenDesk open)
    {
        var now = _time.Instant();
        if (Refusal is { } why)
        {
            Sender.Tell(new DeskClosed(why));
            return;
        }
        if (_senders.TryGetValue(open.From, out var known) && known.Path.Address != Sender.Path.Address)
        {
            // Nobody takes another's place.
            Sender.Tell(new DeskClosed("stranger"));
            return;
        }
        if (_book.Open(open.From, now) is not { } epoch)
        {
            Sender.Tell(new DeskClosed("full"));
            return;
        }
        if (_senders.TryGetValue(open.From, out var before)) _nodes.Remove(before);
        (_senders[open.From], _nodes[Sender]) = (Sender, open.From);
        Sender.Tell(new DeskOpened(_parts.Self, epoch, Math.Min(open.Minor, WireLimits.Minor)));
        Watch(now);
    }

    private string? Refusal => _leaving is not null ? "leaving" : _pool is null || _catalog.All.Count == 0 ? "full" : null;

    private void OnAsk(AskCredit ask)
    {
        var now = _time.Instant();
        if (Refusal is { } why)
        {
            Sender.Tell(new DeskClosed(why));
            return;
        }
        if (!_nodes.TryGetValue(Sender, out var from))
        {
            Sender.Tell(new DeskClosed("stranger"));
            return;
        }
        switch (_book.Ask(from, ask, now))
        {
            case Wish.Stranger:
                Sender.Tell(new DeskClosed("stranger"));
                break;
            case Wish.OtherEpoch when _book.EpochOf(from) is { } epoch:
                Sender.Tell(new DeskOpened(_parts.Self, epoch, WireLimits.Minor));
                break;
        }
        Grant(now);
    }

    private void OnPart(BatchPart part)
    {
        var now = _time.Instant();
        if (!_nodes.TryGetValue(Sender, out var from))
        {
            Sender.Tell(new BatchRefused(part.Batch, "void"));
            return;
        }
        switch (_book.Arrive(from, part.Epoch, part.Sent, part.Data.Length, now))
        {
            case Arrival.Void:
                Sender.Tell(new BatchRefused(part.Batch, "void"));
                return;
            case Arrival.Stale:
                return;
        }
        var taken = _ledger.Arrive(from, part, now);
        Release(from, taken.Released, now);
        if (taken.Step == DeskStep.Refused) Sender.Tell(new BatchRefused(part.Batch, taken.Reason!));
        if (taken.Step == DeskStep.Whole) Serve(taken.Batch!, now);
        Watch(now);
    }

    private void OnWithdrawn(WithdrawBatch withdraw)
    {
        if (!_nodes.TryGetValue(Sender, out var from)) return;
        Release(from, _ledger.Withdraw(from, withdraw.Batch), _time.Instant());
        WithdrawRuns(b => b.From == from && b.Number == withdraw.Batch);
    }

    private void Forget(NodeKey node)
    {
        if (_senders.Remove(node, out var sender)) _nodes.Remove(sender);
        var now = _time.Instant();
        Release(node, _ledger.Lost(node), now);
        _book.Close(node);
        WithdrawRuns(b => b.From == node);
        Grant(now);
    }

    private void OnExpire()
    {
        _expireAt = null;
        var now = _time.Instant();
        foreach (var silent in _book.Expire(now)) Forget(silent);
        foreach (var old in _ledger.Expire(now))
        {
            if (_senders.TryGetValue(old.From, out var sender)) sender.Tell(new BatchRefused(old.Number, "damaged"));
            Release(old.From, old.Clear(), now);
        }
        Grant(now);
        Watch(now);
    }

    private void Release(NodeKey from, long bytes, TimeSpan now)
    {
        if (bytes == 0) return;
        _book.Release(from, bytes);
        Grant(now);
    }

    private void Grant(TimeSpan now)
    {
        if (_leaving is not null) return;
        foreach (var (to, grant) in _book.Grant(now))
            if (_senders.TryGetValue(to, out var sender)) sender.Tell(grant);
        Watch(now);
    }

    /// <summary>One timer serves all promises and batches: it goes off when the first of them lapses.</summary>
    private void Watch(TimeSpan now)
    {
        var (first, second) = (_book.NextExpiry, _ledger.NextExpiry);
        if ((first is null || second < first ? second : first) is not { } next || _expireAt <= next) return;
        _expireAt = next;
        Timers.StartSingleTimer(Expire.Instance, Expire.Instance, next > now ? next - now : TimeSpan.FromMilliseconds(1));
    }

    private void OnLeave()
    {
        _leaving = Sender;
        _gateway.Tell(new DeskLeaving());
        foreach (var sender in _senders.Values) sender.Tell(new DeskClosed("leaving"));
        SayWhenLeft();
    }

    private void SayWhenLeft()
    {
        if (_leaving is not null && _serving.Count == 0 && _waiting.Count == 0) _gateway.Tell(new NeighboursLeft());
    }
}
