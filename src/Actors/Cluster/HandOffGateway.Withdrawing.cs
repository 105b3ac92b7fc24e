using ActorPipeline.Telemetry;
using Akka.Actor;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <content>Work that is not wanted any more: wherever it is, it is answered once.</content>
internal sealed partial class HandOffGateway
{
    private void OnWithdraw(WithdrawWork withdraw)
    {
        var from = Sender;
        _parts.Board.Tell(withdraw, from);
        foreach (var number in _numbers.Where(n => n.Key.From.Equals(from) && (withdraw.Only is not { } only || n.Key.Id == only)).Select(n => n.Value).ToArray()) TakeBack(number);
        foreach (var placing in TakeUnplaced(p => p.From.Equals(from) && (withdraw.Only is not { } only || p.Submit.Id == only))) Fail(placing, "withdrawn", "");
    }

    /// <summary>What waits for a place is on nobody's board yet.</summary>
    private List<Placing> TakeUnplaced(Predicate<Placing> match)
    {
        var taken = new List<Placing>();
        for (var i = _placing.Count; i > 0; i--)
        {
            var placing = _placing.Dequeue();
            if (match(placing)) taken.Add(placing);
            else _placing.Enqueue(placing);
        }
        foreach (var (key, placing) in _looking)
        {
            if (!match(placing)) continue;
            taken.Add(placing);
            _looking.Remove(key);
            Timers.Cancel(key);
        }
        return taken;
    }

    private void TakeBack(long number)
    {
        if (_ledger.Withdraw(number, _time.Instant()) is not { } over) return;
        if (_peers.TryGetValue(over.Of.To, out var peer)) peer.Desk.Tell(new WithdrawBatch(number), Self);
        Publish(over, over.Reason);
        Fail(Take(number), over.Reason, "");
    }

    private void OnStageGone(IActorRef stage)
    {
        foreach (var number in _numbers.Where(n => n.Key.From.Equals(stage)).Select(n => n.Value).ToArray()) TakeBack(number);
        foreach (var placing in TakeUnplaced(p => p.From.Equals(stage))) placing.Work.Release();
    }
}
