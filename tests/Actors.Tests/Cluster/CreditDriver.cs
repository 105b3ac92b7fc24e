using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster;

/// <summary>Plays senders with accounts, a desk with a book, and a network between them; keeps books of its own and checks after every event.</summary>
/// <param name="senders">How many.</param>
/// <param name="orderly">The network loses, doubles and reorders nothing, and nobody is paused or started anew.</param>
internal sealed class CreditDriver(int senders, bool orderly)
{
    private sealed class Sender(int number)
    {
        public NodeKey Key { get; set; } = Node($"n{number}");

        public CreditAccount Account { get; set; } = new(Ms(10), Ms(100));

        public bool Paused { get; set; }
    }

    private static readonly CreditLimits Limits = new() { Pool = 1000, Least = 100, Lifetime = At(4), Grace = At(1), Forget = At(30), MostSenders = 4 };

    private readonly Sender[] _senders = [.. Enumerable.Range(0, senders).Select(i => new Sender(i))];
    private readonly List<(NodeKey From, IWireMessage Message)> _toDesk = [];
    private readonly List<(NodeKey To, IWireMessage Message)> _fromDesk = [];
    private readonly List<(NodeKey From, long Bytes)> _held = [];
    private readonly HashSet<(NodeKey From, long Epoch, long Sent)> _taken = [];
    private readonly Dictionary<(NodeKey To, long Epoch), long> _granted = [];
    private CreditBook _book = new(Limits);
    private TimeSpan _now;

    /// <summary>Parts that found no room.</summary>
    public int NotTaken { get; private set; }

    public void Play(byte what, byte which, byte how)
    {
        var sender = _senders[which % senders];
        switch (what % 16)
        {
            case 0: _toDesk.Add((sender.Key, new OpenDesk(sender.Key, 0))); break;
            case 1 or 2 or 3: Ask(sender, 50 + (how * 2)); break;
            case 4 or 5 or 6: Send(sender, how); break;
            case 7 or 8: DeliverSome(_toDesk, AtDesk, how); break;
            case 9 or 10: DeliverSome(_fromDesk, AtSender, how); break;
            case 11: Release(how); break;
            case 12: Pass(Ms(how * (!orderly && how % 8 == 0 ? 20 : 1))); break;
            case 13 when !orderly: sender.Paused = how % 4 == 0; break;
            case 14 when !orderly && how % 8 == 0: Restart(sender); break;
            case 15 when !orderly && how % 32 == 0: RestartDesk(); break;
        }
        // In order means soon, too.
        if (orderly)
        {
            while (_toDesk.Count > 0) Deliver(_toDesk, AtDesk, 0);
            while (_fromDesk.Count > 0) Deliver(_fromDesk, AtSender, 0);
        }
        Check();
    }

    public void DriveToTheEnd()
    {
        while (_toDesk.Count > 0) Deliver(_toDesk, AtDesk, 0);
        while (_held.Count > 0) Release(0);
        Pass(At(40));
        Assert.Equal((0, 0, Limits.Pool, 0), (_book.Promised, _book.Held, _book.Free, _book.Senders));
        // Nobody has anything to send with, either.
        _fromDesk.Clear();
        Assert.All(_senders, s => Assert.Equal(0, s.Account.Available(_now)));
    }

    private void Ask(Sender sender, long wanted)
    {
        if (!sender.Account.IsOpen) _toDesk.Add((sender.Key, new OpenDesk(sender.Key, 0)));
        else if (sender.Account.Ask(wanted, _now) is { } ask) _toDesk.Add((sender.Key, ask));
    }

    private void Send(Sender sender, long bytes)
    {
        if (bytes == 0 || sender.Account.Send(bytes, _now) is not { } sent) return;
        // The size of the data is what matters here.
        _toDesk.Add((sender.Key, new BatchPart(bytes, sender.Account.Epoch, sent, null!, 0, ReadOnlyMemory<byte>.Empty)));
    }

    private void DeliverSome(List<(NodeKey, IWireMessage)> way, Action<NodeKey, IWireMessage> to, byte how)
    {
        for (var i = 0; i <= how / 32; i++) Deliver(way, to, (byte)(how + (i * 37)));
    }

    private void Deliver(List<(NodeKey, IWireMessage)> way, Action<NodeKey, IWireMessage> to, byte how)
    {
        if (way.Count == 0) return;
        var at = orderly || how % 4 > 0 ? 0 : how / 4 % way.Count;
        var (who, message) = way[at];
        var doubled = !orderly && how % 16 == 7;
        if (!doubled) way.RemoveAt(at);
        var lost = !orderly && how % 16 == 9;
        if (!lost) to(who, message);
    }

    private void AtDesk(NodeKey from, IWireMessage message)
    {
        switch (message)
        {
            case OpenDesk when _book.Open(from, _now) is { } epoch:
                _fromDesk.Add((from, new DeskOpened(Node("desk"), epoch, 0)));
                break;
            case OpenDesk:
                _fromDesk.Add((from, new DeskClosed("full")));
                break;
            case AskCredit ask:
                var wish = _book.Ask(from, ask, _now);
                if (wish == Wish.OtherEpoch) _fromDesk.Add((from, new DeskOpened(Node("desk"), _book.EpochOf(from)!.Value, 0)));
                if (wish == Wish.Stranger) _fromDesk.Add((from, new DeskClosed("stranger")));
                Grant();
                break;
            case BatchPart part:
                if (_book.Arrive(from, part.Epoch, part.Sent, part.Batch, _now) != Arrival.Taken)
                {
                    NotTaken++;
                    break;
                }
                // Room was promised for it once, and it is taken once.
                Assert.Equal(_book.EpochOf(from), part.Epoch);
                Assert.True(_taken.Add((from, part.Epoch, part.Sent)));
                Assert.True(part.Sent <= _granted[(from, part.Epoch)]);
                _held.Add((from, part.Batch));
                break;
        }
    }

    private void AtSender(NodeKey to, IWireMessage message)
    {
        var sender = _senders.FirstOrDefault(s => s.Key == to);
        if (sender is null || sender.Paused) return;
        if (message is DeskOpened opened) sender.Account.Open(opened.Epoch);
        else if (message is DeskClosed) sender.Account.Close();
        else if (message is CreditGranted granted) sender.Account.Granted(granted, _now);
    }

    private void Release(byte how)
    {
        if (_held.Count == 0) return;
        var at = how % _held.Count;
        _book.Release(_held[at].From, _held[at].Bytes);
        _held.RemoveAt(at);
        Grant();
    }

    private void Pass(TimeSpan time)
    {
        _now += time;
        _book.Expire(_now);
        Grant();
    }

    private void Grant()
    {
        foreach (var (to, grant) in _book.Grant(_now))
        {
            Assert.True(grant.UpTo >= _granted.GetValueOrDefault((to, grant.Epoch)));
            _granted[(to, grant.Epoch)] = grant.UpTo;
            _fromDesk.Add((to, grant));
        }
    }

    private void Restart(Sender sender) => (sender.Key, sender.Account) = (sender.Key with { Incarnation = sender.Key.Incarnation + 1 }, new CreditAccount(Ms(10), Ms(100)));

    /// <summary>The desk fails; its next life goes on counting epochs, and its buffers are new.</summary>
    private void RestartDesk()
    {
        _book = new CreditBook(Limits, _book.LastEpoch);
        _held.Clear();
    }

    private void Check()
    {
        Assert.Equal(_held.Sum(h => h.Bytes), _book.Held);
        Assert.InRange(_book.Promised, 0, Limits.Pool);
        Assert.InRange(_book.Promised + _book.Held, 0, Limits.Pool);
        Assert.InRange(_book.Senders, 0, Limits.MostSenders);
    }
}
