using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>Where work goes, and what comes of batches that neighbours answer; what goes wrong is in <see cref="HandOffGatewayFaultSpecs"/>.</summary>
public sealed class HandOffGatewaySpecs : HandOffGatewayKit
{
    [Fact]
    public void Should_pass_work_on_to_the_board_under_the_stages_name_when_no_neighbour_is_known()
    {
        Start();

        Submit(1);

        ToBoard(1);
        Assert.Equal(0, Outstanding);
    }

    [Fact]
    public void Should_pass_work_on_at_once_when_its_model_is_not_shared()
    {
        Start();
        var there = Ready();

        Submit(1, model: new ModelId("own"));

        ToBoard(1);
        Silent(there.Probe);
    }

    [Theory]
    [InlineData(4, 640, true)]
    [InlineData(4, 641, false)]
    [InlineData(1, 640, true)]
    public void Should_keep_here_what_may_not_cross_the_wire(int crops, int labels, bool handed)
    {
        Start();
        var there = Ready();

        Submit(1, crops, labels: labels);

        if (handed) Assert.Equal(labels, Handed(there).Head.Labels);
        else ToBoard(1);
    }

    [Fact]
    public void Should_pass_frames_on_at_once_when_a_neighbour_could_take_crops()
    {
        Start();
        var there = Ready();
        var pool = new PixelPool(1, CropBytes);
        var work = new DetectWork(pool.TryRent()!, Side, Side);

        Gateway.Tell(new Submit(Id(1), Cards.Classifier, work, TimeSpan.Zero), Stage);

        ToBoard(1);
        Silent(there.Probe);
    }

    [Fact]
    public void Should_ask_nobody_when_the_only_holder_is_leaving()
    {
        Start();
        var there = Meet("there");
        Gateway.Tell(new NodeHeard(there.Says(counter: 2, leaving: true)), Site);

        Submit(1);

        ToBoard(1);
        Silent(there.Probe);
    }

    [Fact]
    public void Should_hand_the_next_batch_over_when_a_neighbour_that_holds_the_model_has_promised_room()
    {
        Start();
        var there = Ready();

        var work = Submit(7, crops: 3);

        var part = Handed(there);
        Assert.Equal((1L, 1L, 3L * CropBytes, 0), (part.Batch, part.Epoch, part.Sent, part.Part));
        Assert.Equal((Model, Side, Side, CropEncoding.Raw, 1, 1), (part.Head.Model, part.Head.Width, part.Head.Height, part.Head.Encoding, part.Head.Parts, part.Head.Labels));
        Assert.Equal([CropBytes, CropBytes, CropBytes], part.Head.Crops);
        Assert.Equal([7, 8, 9], part.Data.ToArray().Chunk(CropBytes).Select(c => (int)c[0]));
        Assert.Equal(1, Outstanding);
        Assert.NotEqual(0, work.Parts);
        Silent(Board);
    }

    [Fact]
    public void Should_fill_the_work_and_let_it_go_once_when_the_neighbour_answers()
    {
        Start();
        var there = Ready();
        var work = Submit(1, crops: 2);
        var part = Handed(there);

        Say(there, Answer(part, there, 4, 5) with { Variant = "int8" });

        var completed = Stage.ExpectMsg<Completed>();
        Assert.Equal((Id(1), "there", "int8"), (completed.Id, completed.Node, completed.Variant));
        Assert.Equal([4, 5], new[] { work.LabelsOf(0)[0].ClassIndex, work.LabelsOf(1)[0].ClassIndex });
        Assert.Equal(0, Outstanding);
        // What comes once more finds nothing to let go.
        Say(there, Answer(part, there, 6, 6));
        Settle();
        Silent(Stage);
        Assert.Equal(4, work.LabelsOf(0)[0].ClassIndex);
    }

    [Fact]
    public void Should_keep_work_here_when_the_model_is_in_memory_and_nothing_waits()
    {
        Here = new ModelView(Ready: true, null, TimeSpan.Zero, TimeSpan.Zero, Ms(1));
        Start();
        var there = Meet("there");

        Submit(1);

        ToBoard(1);
        Silent(there.Probe);
    }

    [Fact]
    public void Should_see_where_the_batch_before_went_when_several_come_at_once()
    {
        Start();
        var there = Ready();

        Submit(1);
        Submit(2);

        // A neighbour of guesses has one batch at a time.
        Assert.Equal(1, Handed(there).Batch);
        ToBoard(2);
    }

    [Fact]
    public void Should_send_no_more_than_was_promised_when_little_room_is_left()
    {
        Start();
        var there = Promise(Meet("there"), upTo: 3 * CropBytes);
        Submit(1, crops: 2);
        Say(there, Answer(Handed(there), there, 0, 0));
        Stage.ExpectMsg<Completed>();
        Advance(Ms(100));

        Submit(2, crops: 2);

        ToBoard(2);
        Assert.Equal(2 * CropBytes, there.Probe.FishForMessage<AskCredit>(static _ => true, TimeSpan.FromSeconds(10)).Sent);
    }

    [Fact]
    public void Should_wait_for_room_when_this_node_can_never_run_the_model()
    {
        Here = new ModelView(Ready: false, "too large", TimeSpan.Zero, TimeSpan.Zero, null);
        Start();
        var there = Meet("there");
        Submit(1);
        there.Probe.ExpectMsg<OpenDesk>();
        Say(there, new DeskOpened(there.Key, 1, 0));
        there.Probe.ExpectMsg<AskCredit>();
        Say(there, new CreditGranted(1, 1 << 20, TimeSpan.FromSeconds(60)));
        Settle();

        Advance(Ms(10));

        Assert.Equal(1, Handed(there).Batch);
        Silent(Stage);
    }

    [Fact]
    public void Should_give_up_waiting_for_room_at_its_deadline_when_none_comes()
    {
        Here = new ModelView(Ready: false, "too large", TimeSpan.Zero, TimeSpan.Zero, null);
        Start();
        var there = Meet("there");
        Submit(1, deadline: Time.Instant() + TimeSpan.FromSeconds(1));
        there.Probe.ExpectMsg<OpenDesk>();

        WorkFailed? failed = null;
        AdvanceUntil(() => Assert.NotNull(failed ??= Stage.ReceiveOne(TimeSpan.Zero) as WorkFailed), Ms(10));

        Assert.Equal("model-failed", failed!.Reason);
        Assert.Contains("too large", failed.Detail);
        Assert.Equal(0, Outstanding);
    }

    [Fact]
    public void Should_never_use_a_number_twice_when_another_gateway_follows()
    {
        Start(firstBatch: 1L << 32);
        var there = Ready();

        Submit(1);

        Assert.Equal((1L << 32) + 1, Handed(there).Batch);
    }

    [Fact]
    public void Should_ask_the_way_now_and_then_when_work_comes()
    {
        Start();
        var there = Ready();
        Advance(TimeSpan.FromSeconds(5));

        Submit(1);

        var ping = there.Probe.FishForMessage<Ping>(static _ => true, TimeSpan.FromSeconds(10));
        Say(there, new Pong(ping.Number));
        Settle();
    }

    [Fact]
    public void Should_tell_of_hand_offs_and_of_neighbours_when_somebody_listens()
    {
        var listener = CreateTestProbe();
        Sys.EventStream.Subscribe(listener, typeof(NeighbourChanged));
        Sys.EventStream.Subscribe(listener, typeof(CropsHandedOff));
        Start();
        var there = Ready();
        Assert.Equal(("there", "heard"), listener.ExpectMsg<NeighbourChanged>() is var heard ? (heard.Node, heard.Change) : default);
        Submit(1);
        Say(there, Answer(Handed(there), there, 0, 0));

        var over = listener.ExpectMsg<CropsHandedOff>();

        Assert.Equal(("there", 2, 2L * CropBytes, "answered"), (over.Node, over.Crops, over.Bytes, over.Outcome));
    }
}
