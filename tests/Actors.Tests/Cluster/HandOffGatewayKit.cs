using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Support;
using ActorPipeline.Vision;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.ClusterProtocol;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>A real gateway; the board, the stage, what knows other nodes, and neighbours' desks are probes. Crops are told as pixels.</summary>
public abstract class HandOffGatewayKit : VirtualTimeKit
{
    /// <summary>A node whose desk is an actor of that name and says what a spec has it say.</summary>
    internal sealed record Neighbour(NodeKey Key, IActorRef Desk, TestProbe Probe)
    {
        /// <summary>The epoch of its desk.</summary>
        public long Epoch { get; init; } = 1;

        public NodeSummary Says(long counter = 1, bool ready = true, bool leaving = false) =>
            new(Key, counter, Desk.Path.ToString(), Bytes.MiB(8), 0, leaving, 0, [Held(ready: ready)]);
    }

    private sealed class Node : UntypedActor
    {
        public Node(IActorRef probe, IActorRef spec) => spec.Tell(Context.ActorOf(Props.Create(() => new Relay(probe)), HandOffGateway.DeskName));

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Relay(IActorRef to) : UntypedActor
    {
        protected override void OnReceive(object message) => to.Forward(message);
    }

    internal const int Side = 8;
    internal const int CropBytes = Side * Side * 3;

    private readonly PixelPool _pool = new(64, 4 * CropBytes);

    protected HandOffGatewayKit()
    {
        (Board, Stage, Site) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Board.SetAutoPilot(new DelegateAutoPilot((asker, message) =>
        {
            if (message is GetBoardView) asker.Tell(new BoardView(2, TimeSpan.Zero, new Dictionary<ModelId, ModelView> { [Cards.Classifier] = Here }), Board);
            return AutoPilot.KeepRunning;
        }));
        Board.IgnoreMessages(static message => message is GetBoardView);
        Site.IgnoreMessages(static message => message is TellSummary);
    }

    protected TestProbe Board { get; }

    protected TestProbe Stage { get; }

    protected TestProbe Site { get; }

    protected IActorRef Gateway { get; private set; } = ActorRefs.Nobody;

    /// <summary>How the board stands with the classifier: at first it is not in memory, and nobody knows how long it would take.</summary>
    internal ModelView Here { get; set; }

    protected int Outstanding => _pool.Outstanding;

    internal void Start(NodeRoles roles = NodeRoles.Capture, long firstBatch = 0)
    {
        var (board, site, time) = ((IActorRef)Board, (IActorRef)Site, (TimeProvider)Time);
        var parts = new GatewayParts(Node("here"), new ClusterSettings { Enabled = true, Roles = roles, Crops = CropEncoding.Raw }, board, firstBatch, time) { Directory = _ => site };
        Gateway = Sys.ActorOf(Props.Create(() => new HandOffGateway(parts)));
        Gateway.Tell(new ShareModels(new ServedCatalog([new ServedClassifier(Cards.Classifier, Model, Side, Side, 1)])));
    }

    /// <summary>Another node, and that it holds the classifier.</summary>
    internal Neighbour Meet(string name, int incarnation = 1)
    {
        var met = Make(name, incarnation);
        Gateway.Tell(new NodeHeard(met.Says()), Site);
        return met;
    }

    /// <summary>Another node that nobody has heard of.</summary>
    internal Neighbour Make(string name, int incarnation = 1)
    {
        var probe = CreateTestProbe();
        var (to, spec) = ((IActorRef)probe, TestActor);
        Sys.ActorOf(Props.Create(() => new Node(to, spec)));
        return new Neighbour(ClusterKit.Node(name, incarnation), ExpectMsg<IActorRef>(), probe);
    }

    internal void Say(Neighbour neighbour, object message) => Gateway.Tell(message, neighbour.Desk);

    /// <summary>Its desk opens and promises room; the batch that made it be asked goes to the board.</summary>
    internal Neighbour Promise(Neighbour neighbour, long upTo = 1 << 20) => Promise([neighbour], upTo)[0];

    /// <summary>All their desks open and promise room.</summary>
    internal Neighbour[] Promise(Neighbour[] neighbours, long upTo = 1 << 20)
    {
        var here = Here;
        Here = default;
        Submit(-1);
        ToBoard(-1);
        Here = here;
        foreach (var neighbour in neighbours)
        {
            neighbour.Probe.ExpectMsg<OpenDesk>();
            Say(neighbour, new DeskOpened(neighbour.Key, neighbour.Epoch, 0));
            Assert.Equal(neighbour.Epoch, neighbour.Probe.ExpectMsg<AskCredit>().Epoch);
            Say(neighbour, new CreditGranted(neighbour.Epoch, upTo, TimeSpan.FromSeconds(60)));
        }
        return neighbours;
    }

    /// <summary>A neighbour that has promised room.</summary>
    internal Neighbour Ready(string name = "there") => Promise(Meet(name));

    /// <summary>Posts crops, each filled with its number, and lets the spec's own hold go: what is left is the work's.</summary>
    protected ClassifyWork Submit(long number, int crops = 2, TestProbe? from = null, TimeSpan? deadline = null, ModelId? model = null, int labels = 1)
    {
        var buffer = _pool.TryRent()!;
        for (var i = 0; i < crops; i++) buffer.Span.Slice(i * CropBytes, CropBytes).Fill((byte)(number + i));
        var work = new ClassifyWork(buffer, crops, Side, Side, labels: labels);
        buffer.Release();
        Gateway.Tell(new Submit(Id(number), model ?? Cards.Classifier, work, TimeSpan.Zero) { Deadline = deadline }, from ?? Stage);
        return work;
    }

    protected static Serving.WorkId Id(long number) => new(new Serving.PipelineId("street"), number);

    /// <summary>The board gets it, from the stage itself, and lets it go.</summary>
    protected void ToBoard(long number, TestProbe? from = null)
    {
        var submit = Board.ExpectMsg<Submit>();
        Assert.Equal((Id(number), (from ?? Stage).Ref), (submit.Id, Board.LastSender));
        submit.Work.Release();
    }

    /// <summary>The neighbour gets it.</summary>
    internal static BatchPart Handed(Neighbour to) => to.Probe.FishForMessage(static message => message is BatchPart, TimeSpan.FromSeconds(10)) is BatchPart part ? part : null!;

    internal static BatchDone Answer(BatchPart part, Neighbour by, params int[] classes) =>
        new(part.Batch, by.Key, [.. classes.Select(c => new[] { new Classification(c, 0.5f) })], null, TimeSpan.FromMilliseconds(1));

    /// <summary>All that was told to the gateway has been looked at.</summary>
    protected void Settle()
    {
        var probe = CreateTestProbe();
        Gateway.Tell(new Identify(0), probe);
        probe.ExpectMsg<ActorIdentity>();
    }

    internal WorkFailed Failed(long number)
    {
        var failed = Stage.ExpectMsg<WorkFailed>();
        Assert.Equal(Id(number), failed.Id);
        return failed;
    }
}
