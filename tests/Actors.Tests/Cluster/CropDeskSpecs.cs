using System.Buffers;
using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>Promises, parts and whole batches; what is withdrawn, lapses or leaves is in <see cref="CropDeskEndSpecs"/>.</summary>
public sealed class CropDeskSpecs : CropDeskKit
{
    [Fact]
    public void Should_open_and_promise_what_is_asked_for_when_a_neighbour_comes()
    {
        Start();
        var there = Open("there", wanted: 0);

        var granted = Promised(there, 1000);

        Assert.Equal((there.Epoch, 1000L), (granted.Epoch, granted.UpTo));
        Assert.True(granted.Lifetime > TimeSpan.Zero);
    }

    [Fact]
    public void Should_be_closed_when_its_buffers_are_not_there_yet()
    {
        Start(allocate: false);
        var probe = CreateTestProbe();

        Desk.Tell(new OpenDesk(Node("there"), 0), probe);

        Assert.Equal("full", probe.ExpectMsg<DeskClosed>().Reason);
    }

    [Fact]
    public void Should_submit_one_whole_batch_as_a_guest_when_its_parts_came_in_any_order()
    {
        Start();
        var there = Open("there");
        var parts = Cut(there, 1, Head(3, parts: 4, labels: 2, left: TimeSpan.FromSeconds(2)));

        Send(there, parts[2], parts[0], parts[3]);
        Silent(Board);
        Send(there, parts[1]);

        var submit = Run();
        Assert.Equal((Cards.Classifier, Time.Instant() + TimeSpan.FromSeconds(2)), (submit.Model, submit.Deadline));
        var work = (ClassifyWork)submit.Work;
        Assert.Equal((3, Side, Side, 2), (work.Parts, work.Width, work.Height, work.Labels));
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(i => FirstByte(work.View(i))));
    }

    [Fact]
    public void Should_answer_who_sent_it_when_a_batch_was_run()
    {
        Start();
        var (one, other) = (Open("one"), Open("other"));
        SendBatch(one, 7, crops: 2);
        SendBatch(other, 7, crops: 1);
        Submit[] runs = [Run(), Run()];
        Advance(Ms(30));

        foreach (var run in runs) Complete(run);

        var done = Told<BatchDone>(one);
        Assert.Equal((7L, Node("here"), "fp32", Ms(30)), (done.Batch, done.By, done.Variant, done.Took));
        Assert.Equal([0, 1], Classes(done));
        Assert.Equal([0], Classes(Told<BatchDone>(other)));
        Assert.NotEqual(runs[0].Id.Pipeline, runs[1].Id.Pipeline);
        Assert.Equal(("one", 2, "answered"), Served.ExpectMsg<CropsServed>() is var served ? (served.Node, served.Crops, served.Outcome) : default);
    }

    [Fact]
    public void Should_decode_crops_that_came_as_jpeg()
    {
        Start();
        var there = Open("there");
        var pool = new PixelPool(1, CropBytes);
        var buffer = pool.TryRent()!;
        buffer.Span.Fill(200);
        var jpeg = new ArrayBufferWriter<byte>();
        CropCodec.EncodeJpeg(buffer.View(Side, Side), 95, jpeg);
        var head = Head(1, CropEncoding.Jpeg) with { Crops = [jpeg.WrittenCount] };

        Send(there, Cut(there, 1, head, jpeg.WrittenMemory));

        Assert.InRange(FirstByte(((ClassifyWork)Run().Work).View(0)), 198, 202);
    }

    [Fact]
    public void Should_wait_for_a_buffer_and_go_on_when_one_is_free()
    {
        Start();
        var there = Open("there");
        for (var i = 1; i <= 4; i++) SendBatch(there, i);
        Submit[] runs = [Run(), Run()];
        Silent(Board);

        Complete(runs[0]);
        Complete(Run());
        FailRun(runs[1]);
        Complete(Run());

        Assert.Equal([1L, 3, 4], new[] { Told<BatchDone>(there).Batch, Told<BatchDone>(there).Batch, Told<BatchDone>(there).Batch }.Order());
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_refuse_what_came_too_late_when_a_buffer_is_free_at_last()
    {
        Start();
        var there = Open("there");
        SendBatch(there, 1);
        SendBatch(there, 2);
        SendBatch(there, 3, head: Head(1, left: Ms(100)));
        Submit[] runs = [Run(), Run()];
        Settle();
        Advance(Ms(100));

        Complete(runs[0]);

        Refused(there, 3, "late");
        Complete(runs[1]);
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_run_a_batch_in_turns_when_it_has_more_crops_than_a_buffer()
    {
        Start();
        var there = Open("there");
        SendBatch(there, 1, crops: 10);

        foreach (var count in new[] { 4, 4, 2 })
        {
            var run = Run();
            Assert.Equal(count, run.Work.Parts);
            Complete(run);
        }

        Assert.Equal(Enumerable.Range(0, 10), Classes(Told<BatchDone>(there)));
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_fail_the_whole_batch_when_one_of_its_turns_fails()
    {
        Start();
        var there = Open("there");
        SendBatch(there, 1, crops: 10);
        Complete(Run());

        FailRun(Run());

        var failed = Told<BatchFailed>(there);
        Assert.Equal((1L, "run-failed", "broken"), (failed.Batch, failed.Reason, failed.Detail));
        Silent(Board);
        AssertNothingLeaked();
    }

    [Theory]
    [InlineData("model")]
    [InlineData("size")]
    [InlineData("labels")]
    public void Should_refuse_when_the_model_is_another(string what)
    {
        Start();
        var there = Open("there");

        SendBatch(there, 1, head: what switch
        {
            "model" => Head(1, model: OtherModel),
            "size" => Head(1, side: Side / 2),
            _ => Head(1, labels: 3),
        });

        Refused(there, 1, "other-model");
        Silent(Board);
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_refuse_and_take_the_buffer_back_when_a_jpeg_is_damaged()
    {
        Start();
        var there = Open("there");

        for (var i = 1; i <= 3; i++) SendBatch(there, i, head: Head(1, CropEncoding.Jpeg));

        for (var i = 1; i <= 3; i++) Refused(there, i, "damaged");
        Silent(Board);
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_refuse_when_the_parts_do_not_add_up()
    {
        Start();
        var there = Open("there");
        var head = Head(1, parts: 2);

        Send(there, Cut(there, 1, head)[0], Cut(there, 1, head)[1] with { Head = head with { Labels = 2 } });

        Refused(there, 1, "damaged");
        AssertNothingLeaked();
    }

    [Fact]
    public void Should_take_room_back_when_a_batch_is_over()
    {
        // Room for eight crops.
        Start(credit: new Bytes(8 * CropBytes));
        var there = Open("there", wanted: 8 * CropBytes);
        SendBatch(there, 1, crops: 8);
        Desk.Tell(new AskCredit(there.Epoch, there.Sent, 8 * CropBytes), there.Probe);
        Complete(Run());
        Silent(there.Probe);

        Complete(Run());

        Assert.Equal(16 * CropBytes, Told<CreditGranted>(there).UpTo);
        Told<BatchDone>(there);
    }

    [Fact]
    public void Should_say_that_the_way_is_open_when_it_is_pinged()
    {
        Start();
        var probe = CreateTestProbe();

        Desk.Tell(new Ping(5), probe);

        Assert.Equal(5, probe.ExpectMsg<Pong>().Number);
    }
}
