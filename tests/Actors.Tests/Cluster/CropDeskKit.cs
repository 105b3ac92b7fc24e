using System.Buffers;
using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Telemetry;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>A real desk of two buffers for four crops each; the board, the gateway above it and neighbours are probes.</summary>
public abstract class CropDeskKit : VirtualTimeKit
{
    internal const int Side = 8;
    internal const int CropBytes = Side * Side * 3;
    internal const int Buffers = 2;

    /// <summary>A neighbour's gateway: what it was told, and how far it has come with its promises.</summary>
    internal sealed class Sender(NodeKey key, TestProbe probe)
    {
        public NodeKey Key { get; } = key;

        public TestProbe Probe { get; } = probe;

        public long Epoch { get; set; }

        public long Sent { get; set; }
    }

    protected CropDeskKit()
    {
        (Board, Root) = (CreateTestProbe(), CreateTestProbe());
        Sys.EventStream.Subscribe(Served, typeof(CropsServed));
    }

    protected TestProbe Board { get; }

    /// <summary>The gateway above the desk.</summary>
    protected TestProbe Root { get; }

    private TestProbe? _served;

    /// <summary>Hears what became of batches.</summary>
    protected TestProbe Served => _served ??= CreateTestProbe();

    protected IActorRef Desk { get; private set; } = ActorRefs.Nobody;

    internal void Start(bool allocate = true, Bytes? credit = null)
    {
        var (board, root, time) = ((IActorRef)Board, (IActorRef)Root, (TimeProvider)Time);
        var settings = new ClusterSettings { Enabled = true, Desk = new DeskSettings { Batches = Buffers, MaxCrops = 4, Credit = credit ?? Bytes.MiB(4) } };
        var parts = new GatewayParts(Node("here"), settings, board, 0, time) { Directory = _ => root };
        Desk = Sys.ActorOf(Props.Create(() => new CropDesk(parts, root)));
        Desk.Tell(new ShareModels(new ServedCatalog([new ServedClassifier(Cards.Classifier, Model, Side, Side, 2)])), Root);
        if (!allocate) return;
        Desk.Tell(new AllocateDesk(CropBytes), Root);
        Root.ExpectMsg<DeskReady>();
    }

    /// <summary>Opens, asks for room and gets it.</summary>
    internal Sender Open(string name, TestProbe? probe = null, long wanted = 64 * CropBytes)
    {
        var sender = new Sender(Node(name), probe ?? CreateTestProbe());
        Desk.Tell(new OpenDesk(sender.Key, 0), sender.Probe);
        var opened = sender.Probe.FishForMessage<DeskOpened>(static _ => true, TimeSpan.FromSeconds(10));
        Assert.Equal(Node("here"), opened.By);
        sender.Epoch = opened.Epoch;
        if (wanted > 0) Promised(sender, wanted);
        return sender;
    }

    internal CreditGranted Promised(Sender sender, long wanted)
    {
        Desk.Tell(new AskCredit(sender.Epoch, sender.Sent, wanted), sender.Probe);
        return sender.Probe.FishForMessage<CreditGranted>(static _ => true, TimeSpan.FromSeconds(10));
    }

    internal static BatchHead Head(int crops, CropEncoding encoding = CropEncoding.Raw, int parts = 1, SharedModel? model = null, int side = Side, int labels = 1, TimeSpan? left = null) =>
        new(model ?? Model, side, side, encoding, [.. Enumerable.Repeat(side * side * 3, crops)], parts, labels, left);

    /// <summary>Parts of a batch; a raw crop is filled with its number among them.</summary>
    internal static BatchPart[] Cut(Sender from, long number, BatchHead head, ReadOnlyMemory<byte>? bytes = null)
    {
        var all = bytes ?? Enumerable.Range(0, head.Crops.Count).SelectMany(i => Enumerable.Repeat((byte)i, head.Crops[i])).ToArray();
        return [.. Enumerable.Range(0, head.Parts).Select(i =>
        {
            var (offset, length) = BatchCutter.Part(all.Length, head.Parts, i);
            return new BatchPart(number, from.Epoch, 0, head, i, all.Slice((int)offset, length));
        })];
    }

    /// <summary>Sends parts in the order given; bytes are counted as they go.</summary>
    internal void Send(Sender from, params BatchPart[] parts)
    {
        foreach (var part in parts) Desk.Tell(part with { Sent = from.Sent += part.Data.Length }, from.Probe);
    }

    internal void SendBatch(Sender from, long number, int crops = 1, BatchHead? head = null) => Send(from, Cut(from, number, head ?? Head(crops)));

    /// <summary>What the board gets next.</summary>
    internal Submit Run()
    {
        var submit = Board.ExpectMsg<Submit>();
        Assert.True(submit.Guest);
        return submit;
    }

    /// <summary>The board answers a run: each crop is named by its first pixel.</summary>
    internal void Complete(Submit submit)
    {
        var work = (ClassifyWork)submit.Work;
        for (var i = 0; i < work.Parts; i++) work.Answer(i, [new Classification(FirstByte(work.View(i)), 0.5f)]);
        work.Release();
        Desk.Tell(new Completed(submit.Id) { Variant = "fp32" }, Board);
    }

    internal void FailRun(Submit submit, string reason = "run-failed")
    {
        submit.Work.Release();
        Desk.Tell(new WorkFailed(submit.Id, reason, "broken"), Board);
    }

    internal static unsafe int FirstByte(ImageView view) => *(byte*)view.Address;

    internal static int[] Classes(BatchDone done) => [.. done.Labels.Select(l => l.Single().ClassIndex)];

    internal static T Told<T>(Sender to) => to.Probe.FishForMessage<T>(static _ => true, TimeSpan.FromSeconds(10));

    internal static void Refused(Sender to, long number, string reason) => Assert.Equal((number, reason), Told<BatchRefused>(to) is var refused ? (refused.Batch, refused.Reason) : default);

    protected void Settle()
    {
        var probe = CreateTestProbe();
        Desk.Tell(new Identify(0), probe);
        probe.ExpectMsg<ActorIdentity>();
    }

    /// <summary>Every buffer can be used: as many batches run at once as there are buffers.</summary>
    internal void AssertNothingLeaked()
    {
        var sender = Open("last", wanted: Buffers * CropBytes);
        for (var i = 0; i < Buffers; i++) SendBatch(sender, 1_000_000 + i);
        var runs = Enumerable.Range(0, Buffers).Select(_ => Run()).ToArray();
        foreach (var run in runs) Complete(run);
        for (var i = 0; i < Buffers; i++) Told<BatchDone>(sender);
    }
}
