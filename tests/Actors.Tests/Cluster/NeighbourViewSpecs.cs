using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class NeighbourViewSpecs
{
    private static readonly CropBatch Batch = new(Model, 8, 80_000, null);

    private readonly PeerTimes _times = new();
    private readonly HandOffLedger _ledger = new(new HandOffPatience());

    [Fact]
    public void Should_be_what_the_neighbour_said_when_nothing_else_is_known()
    {
        var view = View(Held(queueMs: 1020, runMs: 5, loadMs: 90));

        Assert.Equal((Ms(20), Ms(5), Ms(90), null, null), (view.Queue, view.RunPerCrop, view.Load, view.RoundTrip, view.Bandwidth));
        Assert.Equal((true, false, 7, 0), (view.Ready, view.Rests, view.Credit, view.Outstanding));
    }

    [Fact]
    public void Should_know_nothing_when_the_neighbour_does_not()
    {
        var view = View(Held(runMs: 0, loadMs: 0));

        Assert.Equal((null, null), (view.RunPerCrop, view.Load));
    }

    [Fact]
    public void Should_believe_the_way_that_was_seen_and_the_least_of_the_runs_that_were_seen_and_said()
    {
        _times.Ponged(Node("b"), Ms(2), At(9));
        _times.Answered(Node("b"), Model, 8, 80_000, Ms(74), Ms(64), At(9));
        _times.Refused(Node("b"), At(9.99));

        var view = View(Held(runMs: 5));

        Assert.Equal((Ms(5), Ms(2), true), (view.RunPerCrop, view.RoundTrip, view.Rests));
        Assert.Equal(Ms(8), View(Held(runMs: 9)).RunPerCrop);
        Assert.Equal(1e7, view.Bandwidth!.Value, 1.0);
    }

    [Fact]
    public void Should_count_crops_that_were_sent_since_it_spoke()
    {
        _ledger.Begin(Batch, Node("b"), Ms(40), Ms(40), At(8));
        _ledger.Begin(Batch, Node("b"), Ms(40), Ms(40), At(9.5));

        var view = View(Held(queueMs: 1010, runMs: 5));

        Assert.Equal((Ms(10 + (8 * 5)), 2), (view.Queue, view.Outstanding));
    }

    // It spoke at 9, and now it is 10.
    private NeighbourView View(HeldModel model) =>
        NeighbourView.Of(new Holder(Summary("b"), model, At(1)), _times, _ledger, credit: 7, new PacerLimits(), At(10));
}
