using ActorPipeline.Cluster;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Simulation;

/// <summary>A node's gateway: the real directory, policy, accounts and ledger, over a simulated network.</summary>
internal sealed class SimulatedGateway(ClusterWorld world, SimulatedNode node, int number)
{
    private const long SmallMessage = 150;
    private const int CropBytes = 10_000;
    private const int AsksAtOnce = 3;

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(10);
    private static readonly byte[] Pixels = new byte[64 * CropBytes];

    private readonly NodeDirectory _directory = new(Pace.Expiry);
    private readonly PeerTimes _times = new();
    private readonly HandOffPolicy _policy = new(new HandOffLimits(), node.Key.Name);
    private readonly HandOffLedger _ledger = new(new HandOffPatience());
    private readonly Dictionary<NodeKey, Peer> _peers = [];
    private readonly Dictionary<long, SimulatedFrame> _frames = [];

    /// <summary>How nodes publish.</summary>
    public static PacerLimits Pace { get; } = new();

    private sealed class Peer
    {
        public CreditAccount Account { get; } = new();

        public TimeSpan? AskedAt { get; set; }

        public TimeSpan PingedAt { get; set; }
    }

    /// <summary>A frame's crops have to go somewhere.</summary>
    public void Place(SimulatedFrame frame, CropBatch batch)
    {
        var local = new LocalView
        {
            Able = node.Board.IsAble(frame.Model),
            Ready = node.Board.IsReady(frame.Model),
            Queue = node.Board.Queue,
            RunPerCrop = node.Times.RunPerCrop(batch.Model),
            Load = node.Times.Load(batch.Model),
            Lanes = world.Make(number).Lanes,
        };
        var choice = _policy.Choose(batch, local, Neighbours(batch));
        foreach (var from in choice.CreditFrom(AsksAtOnce)) AskCredit(from, batch.Bytes * 2);
        if (choice.To is { } to && Send(frame, batch, to, choice)) return;
        if (local.Able) node.Board.Submit(frame.Model, batch.Crops, own: true, () => node.Done(frame, byNeighbour: false));
        else if (choice.IsWorthWaiting && batch.Left > LookAgain)
            world.At(world.Now + LookAgain, node, () => Place(frame, batch with { Left = batch.Left - LookAgain }));
        else node.Failed(frame);
    }

    public void Learn(NodeSummary summary) => _directory.Learn(summary, world.Now);

    /// <summary>A life of a node is over.</summary>
    public void Lost(NodeKey life)
    {
        _directory.Forget(life);
        _policy.Forget(life);
        _times.Forget(life);
        _peers.Remove(life);
        foreach (var over in _ledger.Lost(life, world.Now)) NotDone(over);
    }

    public void Opened(int by, long epoch)
    {
        if (Find(by) is not { } peer) return;
        peer.Account.Open(epoch);
        if (peer.AskedAt is { } asked) _times.Ponged(KeyOf(by), world.Now - asked, world.Now);
        peer.AskedAt = null;
    }

    public void Granted(int by, CreditGranted grant) => Find(by)?.Account.Granted(grant, world.Now);

    public void Answered(int by, long batch, TimeSpan took)
    {
        if (_ledger.Answered(batch, KeyOf(by), world.Now) is not { } over) return;
        _times.Answered(over.Of.To, over.Of.Batch.Model, over.Of.Batch.Crops, over.Of.Batch.Bytes, over.Elapsed, took, world.Now);
        _frames.Remove(batch, out var frame);
        node.Done(frame!, byNeighbour: true);
    }

    public void NotDone(int by, long batch, string reason)
    {
        if (_ledger.NotDone(batch, KeyOf(by), reason, world.Now) is not { } over) return;
        _times.Refused(over.Of.To, world.Now);
        NotDone(over);
    }

    private void NotDone(HandOffOver over)
    {
        world.Books.NotDone++;
        _frames.Remove(over.Of.Number, out var frame);
        if (over.End == HandOffEnd.TryAgain) Place(frame!, over.Again(world.Now));
        else node.Failed(frame!);
    }

    private NeighbourView[] Neighbours(CropBatch batch) => !world.Recipe.HandOff ? []
        : [.. _directory.HoldersOf(batch.Model, world.Now).Select(h => NeighbourView.Of(
            h, _times, _ledger, _peers.TryGetValue(h.Node.Node, out var peer) ? peer.Account.Available(world.Now) : 0, Pace, world.Now))];

    private bool Send(SimulatedFrame frame, CropBatch batch, NodeKey to, HandOffChoice choice)
    {
        if (_ledger.Begin(batch, to, choice.Expected, choice.Local.Total, world.Now) is not { } handed) return false;
        var account = _peers[to].Account;
        if (account.Send(batch.Bytes, world.Now) is not { } sent) return false;
        _frames.Add(handed.Number, frame);
        _times.Tried(to, world.Now);
        var head = new BatchHead(batch.Model, 224, 224, CropEncoding.Jpeg, Enumerable.Repeat(CropBytes, batch.Crops).ToArray(), 1, 1, batch.Left);
        var part = new BatchPart(handed.Number, account.Epoch, sent, head, 0, Pixels.AsMemory(0, (int)batch.Bytes));
        world.Send(number, SimulatedNode.NumberOf(to), batch.Bytes, n => n.Desk.Arrive(number, node.Key, part));
        world.At(handed.OverdueAt, node, GiveUp);
        return true;
    }

    private void GiveUp()
    {
        foreach (var over in _ledger.Overdue(world.Now))
        {
            _times.Failed(over.Of.To, world.Now);
            world.Send(number, SimulatedNode.NumberOf(over.Of.To), SmallMessage, n => n.Desk.Withdraw(node.Key, over.Of.Number));
            NotDone(over);
        }
    }

    private void AskCredit(NodeKey from, long ahead)
    {
        if (!_peers.TryGetValue(from, out var peer)) _peers.Add(from, peer = new Peer());
        var to = SimulatedNode.NumberOf(from);
        if (!peer.Account.IsOpen)
        {
            if (peer.AskedAt is { } asked && world.Now - asked < TimeSpan.FromSeconds(1)) return;
            peer.AskedAt = peer.PingedAt = world.Now;
            world.Send(number, to, SmallMessage, n => n.Desk.Open(number, node.Key));
            return;
        }
        if (peer.Account.Ask(ahead, world.Now) is { } ask) world.Send(number, to, SmallMessage, n => n.Desk.Ask(number, node.Key, ask));
        if (world.Now - peer.PingedAt < PingEvery) return;
        var pinged = peer.PingedAt = world.Now;
        world.Send(number, to, SmallMessage, n => world.Send(to, number, SmallMessage, me => me.Gateway.Ponged(n.Key, pinged)));
    }

    private void Ponged(NodeKey by, TimeSpan pinged)
    {
        if (_peers.ContainsKey(by)) _times.Ponged(by, world.Now - pinged, world.Now);
    }

    private NodeKey KeyOf(int other) => world[other]!.Key;

    private Peer? Find(int other) => _peers.GetValueOrDefault(KeyOf(other));
}
