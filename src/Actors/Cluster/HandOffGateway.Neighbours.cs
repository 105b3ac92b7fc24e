using ActorPipeline.Cluster.Wire;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;

namespace ActorPipeline.Cluster;

/// <content>Neighbours: who they are, what they promise, and what this node says of itself.</content>
internal sealed partial class HandOffGateway
{
    /// <summary>The name of the desk, under this actor: neighbours find it by its path.</summary>
    internal const string DeskName = "desk";

    /// <summary>Neighbours that are asked for credit at once.</summary>
    private const int AsksAtOnce = 3;

    /// <summary>Batches that a neighbour should have promised to take: frames come by the window.</summary>
    private const int BatchesAhead = 8;

    /// <summary>What is asked for before it is known how much a batch is.</summary>
    private const long FirstCredit = 256 * 1024;

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan OpenAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ClosedFor = TimeSpan.FromSeconds(5);

    private readonly Dictionary<NodeKey, Peer> _peers = [];
    private readonly HashSet<NodeKey> _unreachable = [];
    private IActorRef _site = ActorRefs.Nobody;
    private IActorRef _reporter = ActorRefs.Nobody;
    private IActorRef? _desk;
    private IActorRef _root = ActorRefs.Nobody;

    private void ReceiveFromNeighbours()
    {
        Receive<DeskOpened>(OnOpened);
        Receive<DeskClosed>(OnClosed);
        Receive<CreditGranted>(granted => OfSender()?.Account.Granted(granted, _time.Instant()));
        Receive<BatchDone>(OnDone);
        Receive<BatchRefused>(OnRefused);
        Receive<BatchFailed>(OnFailed);
        Receive<Pong>(OnPong);
        Receive<NotUnderstood>(odd => _log.Debug("A message of {Sender} was not understood: {Why}", Sender.Path, odd.Why));
    }

    private void ReceiveFromThisNode()
    {
        Receive<ShareModels>(OnShare);
        Receive<NodeHeard>(heard => OnHeard(heard.Summary));
        Receive<NodeUnreachable>(silent => OnUnreachable(silent.Node));
        Receive<NodeReachable>(back => OnReachable(back.Node));
        Receive<NodeGone>(gone => OnGone(gone.Node));
        Receive<TellSummary>(tell => _site.Tell(tell));
        Receive<AllocateDesk>(allocate => ToDesk(allocate));
        Receive<LeaveNeighbours>(OnLeave);
        Receive<DeskReady>(ready => _root.Tell(ready));
        Receive<NeighboursLeft>(left => _root.Tell(left));
        Receive<DeskLeaving>(leaving => _reporter.Tell(leaving));
        Receive<Terminated>(OnTerminated);
    }

    private void MakeChildren()
    {
        var (parts, self) = (_parts, Self);
        _site = Context.Watch(parts.Directory(Context));
        _reporter = Context.Watch(Context.ActorOf(Props.Create(() => new NodeReporter(parts, self)), "reporter"));
        if (!parts.Settings.Roles.HasFlag(NodeRoles.Inference)) return;
        _desk = Context.Watch(Context.ActorOf(Props.Create(() => new CropDesk(parts, self)), DeskName));
    }

    private void OnTerminated(Terminated terminated)
    {
        if (terminated.ActorRef.Path.Parent.Equals(Self.Path)) Context.Stop(Self);
        else OnStageGone(terminated.ActorRef);
    }

    private void OnShare(ShareModels share)
    {
        _catalog = share.Catalog;
        foreach (var served in _catalog.All) _local.Guess(served.Shared, served.LoadTime);
        _reporter.Tell(share);
        _desk?.Tell(share);
    }

    private void ToDesk(AllocateDesk allocate)
    {
        _root = Sender;
        if (_desk is null) Sender.Tell(new DeskReady());
        else _desk.Tell(allocate);
    }

    private void OnLeave(LeaveNeighbours leave)
    {
        _root = Sender;
        _reporter.Tell(new DeskLeaving());
        if (_desk is null) Sender.Tell(new NeighboursLeft());
        else _desk.Tell(leave);
    }

    private void OnHeard(NodeSummary summary)
    {
        if (summary.Node.Name == _parts.Self.Name || !_directory.Learn(summary, _time.Instant())) return;
        // Another life under the same name has another desk.
        foreach (var old in _peers.Keys.Where(k => k.Name == summary.Node.Name && k != summary.Node).ToArray()) OnGone(old);
        var known = _peers.GetValueOrDefault(summary.Node);
        if (known?.Address == summary.Address && known.Generation == GenerationOf(summary)) return;
        _peers[summary.Node] = new Peer(_parts.Resolve(Context, summary.Address), summary.Address, GenerationOf(summary));
        if (known is null) Changed(summary.Node, "heard");
        // Its gateway died, and its desk too: nobody answers what that one had.
        else GiveUpOn(summary.Node);
    }

    /// <summary>Counters begin anew, further up, with each gateway of a node's life: another one has another desk at the same address.</summary>
    private static long GenerationOf(NodeSummary summary) => summary.Counter >> GatewayParts.NumbersBits;

    private void OnUnreachable(NodeKey node)
    {
        if (!_unreachable.Add(node)) return;
        Changed(node, "unreachable");
        GiveUpOn(node);
    }

    private void OnReachable(NodeKey node)
    {
        if (!_unreachable.Remove(node)) return;
        Changed(node, "reachable");
        // What it promised before the silence may have lapsed there.
        if (_peers.TryGetValue(node, out var peer)) peer.Account.Close();
    }

    private void OnGone(NodeKey node)
    {
        _unreachable.Remove(node);
        _directory.Forget(node);
        _policy.Forget(node);
        _times.Forget(node);
        if (_peers.Remove(node)) Changed(node, "gone");
        GiveUpOn(node);
        _desk?.Tell(new SenderGone(node));
    }

    private void GiveUpOn(NodeKey node)
    {
        var now = _time.Instant();
        foreach (var over in _ledger.Lost(node, now)) NotDone(over, "it cannot be reached", now);
    }

    private void Changed(NodeKey node, string change)
    {
        if (change == "unreachable") _log.Warning("Node {Node} cannot be reached", node);
        else _log.Info("Node {Node}: {Change}", node, change);
        Context.System.EventStream.Publish(new NeighbourChanged(_time.Instant(), node.Name, change));
    }

    private bool AnyoneElse(SharedModel model)
    {
        foreach (var holder in _directory.HoldersOf(model, _time.Instant()))
            if (!holder.Node.Leaving && !_unreachable.Contains(holder.Node.Node)) return true;
        return false;
    }

    private List<NeighbourView> Neighbours(CropBatch batch, TimeSpan now)
    {
        var views = new List<NeighbourView>();
        foreach (var holder in _directory.HoldersOf(batch.Model, now))
        {
            var node = holder.Node.Node;
            if (_unreachable.Contains(node) || !_peers.TryGetValue(node, out var peer)) continue;
            views.Add(NeighbourView.Of(holder, _times, _ledger, peer.Account.Available(now), _pace, now));
        }
        return views;
    }

    private void AskCredit(NodeKey from, long ahead, TimeSpan now)
    {
        var peer = _peers[from];
        if (!peer.Account.IsOpen)
        {
            if (now < peer.AskAgainAt) return;
            (peer.AskedAt, peer.AskAgainAt) = (now, now + OpenAgainAfter);
            peer.Desk.Tell(new OpenDesk(_parts.Self, WireLimits.Minor), Self);
            return;
        }
        if (peer.Account.Ask(ahead, now) is { } ask) peer.Desk.Tell(ask, Self);
        if (now - peer.Ping.At < PingEvery) return;
        peer.Ping = (peer.Ping.Number + 1, now);
        peer.Desk.Tell(new Ping(peer.Ping.Number), Self);
    }

    private void OnOpened(DeskOpened opened)
    {
        if (!_peers.TryGetValue(opened.By, out var peer) || !IsAt(opened.By, Sender)) return;
        var now = _time.Instant();
        peer.Opened = Sender;
        peer.Account.Open(opened.Epoch);
        if (peer.AskedAt is { } asked) _times.Ponged(opened.By, now - asked, now);
        (peer.AskedAt, peer.Ping) = (null, (peer.Ping.Number, now));
        // Whoever opened it wants to send.
        if (peer.Account.Ask(FirstCredit, now) is { } ask) peer.Desk.Tell(ask, Self);
    }

    private void OnClosed(DeskClosed closed)
    {
        if (NodeOf(Sender) is not { } node || !_peers.TryGetValue(node, out var peer)) return;
        _log.Debug("Node {Node} takes nothing: {Reason}", node, closed.Reason);
        peer.Account.Close();
        // A stranger was forgotten and may come back at once; others said no.
        peer.AskAgainAt = _time.Instant() + (closed.Reason == "stranger" ? TimeSpan.Zero : ClosedFor);
    }

    private void OnPong(Pong pong)
    {
        if (NodeOf(Sender) is not { } node || _peers[node] is not { } peer || pong.Number != peer.Ping.Number) return;
        var now = _time.Instant();
        _times.Ponged(node, now - peer.Ping.At, now);
    }

    private Peer? OfSender() => NodeOf(Sender) is { } node ? _peers[node] : null;

    /// <summary>Which neighbour's desk an actor is; null for none that has answered.</summary>
    private NodeKey? NodeOf(IActorRef desk)
    {
        foreach (var (node, peer) in _peers)
            if (desk.Equals(peer.Opened) || (peer.Opened is null && peer.AskedAt is not null && desk.Path.Name == DeskName && IsAt(node, desk))) return node;
        return null;
    }

    private bool IsAt(NodeKey node, IActorRef desk) =>
        _directory.Find(node, _time.Instant()) is { } summary && ActorPath.TryParse(summary.Address, out var path) && path.Address == desk.Path.Address;
}
