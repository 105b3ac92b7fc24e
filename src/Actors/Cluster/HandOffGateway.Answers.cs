using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.Event;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <content>What comes of a batch that a neighbour has: it is answered once, here or by the board.</content>
internal sealed partial class HandOffGateway
{
    private void OnDone(BatchDone done)
    {
        if (NodeOf(Sender) is not { } by || by != done.By || _ledger.Answered(done.Batch, by, _time.Instant()) is not { } over) return;
        var placing = Take(over.Of.Number);
        if (done.Labels.Count != placing.Work.Parts)
        {
            // It was checked against its own numbers on the way in, and has to be checked against ours.
            _times.Failed(by, _time.Instant());
            Publish(over, "damaged");
            _parts.Board.Tell(placing.Submit, placing.From);
            return;
        }
        _times.Answered(by, over.Of.Batch.Model, over.Of.Batch.Crops, over.Of.Batch.Bytes, over.Elapsed, done.Took, _time.Instant());
        for (var i = 0; i < done.Labels.Count; i++) placing.Work.Answer(i, [.. done.Labels[i]]);
        Publish(over, over.Reason);
        placing.Work.Release();
        placing.From.Tell(new Completed(placing.Submit.Id) { Variant = done.Variant, Node = by.Name });
    }

    private void OnRefused(BatchRefused refused)
    {
        if (NodeOf(Sender) is not { } by || _ledger.NotDone(refused.Batch, by, HandOffReason.Of(refused.Reason), _time.Instant()) is not { } over) return;
        var now = _time.Instant();
        _times.Refused(by, now);
        // A promise of a life that is over: what it promises now has to be learnt.
        if (refused.Reason == "void" && _peers.TryGetValue(by, out var peer)) peer.Account.Close();
        NotDone(over, refused.Reason, now);
    }

    private void OnFailed(BatchFailed failed)
    {
        if (NodeOf(Sender) is not { } by || _ledger.NotDone(failed.Batch, by, HandOffReason.Of(failed.Reason), _time.Instant()) is not { } over) return;
        _times.Failed(by, _time.Instant());
        NotDone(over, failed.Detail.Length > 0 ? failed.Detail : failed.Reason, _time.Instant());
    }

    private void OnOverdue()
    {
        var now = _time.Instant();
        foreach (var over in _ledger.Overdue(now))
        {
            _times.Failed(over.Of.To, now);
            if (_peers.TryGetValue(over.Of.To, out var peer)) peer.Desk.Tell(new WithdrawBatch(over.Of.Number), Self);
            NotDone(over, $"no answer within {over.Elapsed.TotalMilliseconds:0} ms", now);
        }
        WatchOverdue(now);
    }

    private void NotDone(HandOffOver over, string detail, TimeSpan now)
    {
        var placing = Take(over.Of.Number);
        Publish(over, over.Reason);
        detail = $"node {over.Of.To.Name}: {detail}";
        if (over.End == HandOffEnd.TryAgain) Choose(placing with { Tried = over.Again(now).Tried, NotDone = (over.Reason, detail) });
        else Fail(placing, over.Reason, detail);
    }

    private Placing Take(long number)
    {
        _handed.Remove(number, out var placing);
        _numbers.Remove(placing!.Key);
        return placing;
    }

    private static void Fail(Placing placing, string reason, string detail)
    {
        placing.Work.Release();
        placing.From.Tell(new WorkFailed(placing.Submit.Id, reason, detail));
    }

    private void WatchOverdue(TimeSpan now)
    {
        if (_ledger.NextOverdue is { } next) Timers.StartSingleTimer(GiveUpOverdue.Instance, GiveUpOverdue.Instance, next > now ? next - now : TimeSpan.FromMilliseconds(1));
        else Timers.Cancel(GiveUpOverdue.Instance);
    }

    private void Publish(HandOffOver over, string outcome) => Context.System.EventStream.Publish(
        new CropsHandedOff(_time.Instant(), over.Of.To.Name, over.Of.Batch.Crops, over.Of.Batch.Bytes, outcome, over.Elapsed));
}
