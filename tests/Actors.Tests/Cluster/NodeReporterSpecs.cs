using ActorPipeline.Catalog;
using ActorPipeline.Memory;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Telemetry;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Cluster.ClusterKit;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Serving.ServingProtocol;

namespace ActorPipeline.Cluster;

/// <summary>A real reporter; the board and the gateway above it are probes.</summary>
public sealed class NodeReporterSpecs : VirtualTimeKit
{
    private readonly TestProbe _board;
    private readonly TestProbe _gateway;
    private IActorRef _reporter = ActorRefs.Nobody;
    private ModelView _stands = new(Ready: false, null, TimeSpan.Zero, Ms(120), null);
    private TimeSpan _idle;

    public NodeReporterSpecs()
    {
        (_board, _gateway) = (CreateTestProbe(), CreateTestProbe());
        _board.SetAutoPilot(new DelegateAutoPilot((asker, message) =>
        {
            if (message is GetBoardView) asker.Tell(new BoardView(2, _idle, new Dictionary<ModelId, ModelView> { [Cards.Classifier] = _stands }), _board);
            return AutoPilot.KeepRunning;
        }));
    }

    [Fact]
    public void Should_say_what_there_is_when_models_are_shared()
    {
        Start();

        var told = Told();

        Assert.Equal((Node("here"), 1L, false), (told.Node, told.Counter, told.Leaving));
        Assert.Equal($"{_gateway.Ref.Path}/desk", told.Address);
        Assert.Equal(new HeldModel(Model, Ready: false, Ms(120), TimeSpan.Zero, TimeSpan.Zero), Assert.Single(told.Models));
    }

    [Fact]
    public void Should_go_on_counting_when_another_gateway_spoke_before()
    {
        Start(lastCounter: 1L << 32);

        Assert.Equal((1L << 32) + 1, Told().Counter);
    }

    [Fact]
    public void Should_speak_at_once_when_a_model_becomes_ready()
    {
        Start();
        Told();
        Publish(ModelState.AwaitingLease);
        Settle();
        Advance(Ms(500));
        _stands = _stands with { Ready = true, Part = Ms(7) };

        Publish(ModelState.Ready);

        var held = Assert.Single(Told().Models);
        Assert.Equal((true, Ms(7), Ms(500)), (held.Ready, held.RunPerCrop, held.Load));
    }

    [Fact]
    public void Should_give_a_sign_of_life_when_nothing_changes()
    {
        Start();
        Told();
        for (var i = 0; i < 4; i++)
        {
            Settle();
            Idle();
        }
        Settle();
        Silent(_gateway);

        Idle();

        Assert.Equal(2, Told().Counter);
    }

    [Fact]
    public void Should_look_at_figures_each_second_when_no_message_tells_of_them()
    {
        Start();
        Told();
        Settle();
        _stands = _stands with { GuestQueue = Ms(800) };

        Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Ms(800), Assert.Single(Told().Models).Queue);
    }

    [Fact]
    public void Should_tell_how_busy_its_lanes_are_when_that_changes()
    {
        Start();
        Told();
        Settle();
        // Of two lanes' second each a quarter was idle.
        _idle = Ms(500);

        Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0.75, Told().Load, 3);
    }

    [Fact]
    public void Should_tell_what_is_free_when_the_ledger_said_so()
    {
        Start(share: false);
        Sys.EventStream.Publish(new LedgerChanged(TimeSpan.Zero, new Charge("a", ChargeKind.Pool, PoolVector.Zero), Bytes.MiB(30), Bytes.MiB(100)));
        Share();

        Assert.Equal(Bytes.MiB(70), Told().Free);
    }

    [Fact]
    public void Should_say_that_it_leaves_when_the_desk_does()
    {
        Start();
        Told();
        Settle();
        Advance(Ms(200));

        _reporter.Tell(new DeskLeaving());

        Assert.True(Told().Leaving);
    }

    [Fact]
    public void Should_not_offer_a_model_when_it_was_given_up()
    {
        _stands = _stands with { Unavailable = "no such file" };
        Start();

        Assert.Empty(Told().Models);
    }

    [Fact]
    public void Should_offer_nothing_when_it_takes_no_crops()
    {
        Start(NodeRoles.Capture);

        var told = Told();
        Assert.True(told.Leaving);
        Assert.Empty(told.Models);
    }

    private void Start(NodeRoles roles = NodeRoles.Inference, long lastCounter = 0, bool share = true)
    {
        var (board, gateway, time) = ((IActorRef)_board, (IActorRef)_gateway, (TimeProvider)Time);
        var parts = new GatewayParts(Node("here"), new ClusterSettings { Enabled = true, Roles = roles }, board, lastCounter, time) { Directory = _ => gateway };
        _reporter = Sys.ActorOf(Props.Create(() => new NodeReporter(parts, gateway)));
        Settle();
        if (share) Share();
    }

    /// <summary>A second in which both lanes idle.</summary>
    private void Idle()
    {
        _idle += TimeSpan.FromSeconds(2);
        Advance(TimeSpan.FromSeconds(1));
    }

    private void Share() => _reporter.Tell(new ShareModels(new ServedCatalog([new ServedClassifier(Cards.Classifier, Model, 8, 8, 1)])));

    private NodeSummary Told() => _gateway.ExpectMsg<TellSummary>().Summary;

    private void Publish(ModelState state) => Sys.EventStream.Publish(new ModelStateChanged(Time.Instant(), Cards.Classifier, state, "", false, null));

    /// <summary>All that it was told has been looked at, and what it asked of the board has come back.</summary>
    private void Settle()
    {
        foreach (var _ in new[] { 1, 2 })
        {
            var probe = CreateTestProbe();
            _reporter.Tell(new Identify(0), probe);
            probe.ExpectMsg<ActorIdentity>();
            _board.Tell("settled");
            _board.FishForMessage<string>(static _ => true, TimeSpan.FromSeconds(10));
        }
    }
}
