using ActorPipeline.Cluster;
using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Simulation;

/// <summary>A node's desk: the real books of credit and batches, over a simulated board.</summary>
internal sealed class SimulatedDesk(ClusterWorld world, SimulatedNode node, int number)
{
    private const long SmallMessage = 150;

    private readonly CreditBook _book = new(new CreditLimits());
    private readonly DeskLedger _ledger = new(new DeskLimits());

    public void Open(int from, NodeKey who)
    {
        if (_book.Open(who, world.Now) is { } epoch) Answer(from, g => g.Opened(number, epoch));
    }

    public void Ask(int from, NodeKey who, AskCredit ask)
    {
        var wish = _book.Ask(who, ask, world.Now);
        if (wish == Wish.Stranger) Open(from, who);
        else if (wish == Wish.OtherEpoch && _book.EpochOf(who) is { } epoch) Answer(from, g => g.Opened(number, epoch));
        Grant();
    }

    public void Arrive(int from, NodeKey who, BatchPart part)
    {
        var arrival = _book.Arrive(who, part.Epoch, part.Sent, part.Data.Length, world.Now);
        if (arrival == Arrival.Void) Answer(from, g => g.NotDone(number, part.Batch, "void"));
        if (arrival != Arrival.Taken) return;
        var taken = _ledger.Arrive(who, part, world.Now);
        world.Books.Desk(_ledger.Count, _book.Held + _book.Promised);
        Release(who, taken.Released);
        if (taken.Step == DeskStep.Refused) Answer(from, g => g.NotDone(number, part.Batch, taken.Reason!));
        if (taken.Step == DeskStep.Whole) Run(from, taken.Batch!);
    }

    public void Withdraw(NodeKey who, long batch) => Release(who, _ledger.Withdraw(who, batch));

    /// <summary>What lapsed comes back.</summary>
    public void Expire()
    {
        foreach (var gone in _book.Expire(world.Now)) Release(gone, _ledger.Lost(gone));
        foreach (var old in _ledger.Expire(world.Now)) Release(old.From, old.Clear());
        Grant();
    }

    private void Run(int from, DeskBatch batch)
    {
        var model = node.ModelOf(batch.Head.Model);
        var refusal = model < 0 || !node.Board.IsAble(model) ? "not-held" : node.Board.Queue > batch.Head.Left ? "late" : null;
        if (refusal is not null)
        {
            End(batch);
            Answer(from, g => g.NotDone(number, batch.Number, refusal));
            return;
        }
        node.Board.Submit(model, batch.Head.Crops.Count, own: false, () =>
        {
            var took = world.Now - batch.WholeAt;
            End(batch);
            if (!batch.Unwanted) Answer(from, g => g.Answered(number, batch.Number, took));
        });
    }

    private void End(DeskBatch batch)
    {
        _ledger.Over(batch.From, batch.Number);
        Release(batch.From, batch.Clear());
    }

    private void Release(NodeKey who, long bytes)
    {
        if (bytes == 0) return;
        _book.Release(who, bytes);
        Grant();
    }

    private void Grant()
    {
        foreach (var (to, grant) in _book.Grant(world.Now)) Answer(SimulatedNode.NumberOf(to), g => g.Granted(number, grant));
    }

    private void Answer(int to, Action<SimulatedGateway> answer) => world.Send(number, to, SmallMessage, n => answer(n.Gateway));
}
