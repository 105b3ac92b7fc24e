using ActorPipeline.Cluster;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Scenarios;
using ActorPipeline.Serving;
using ActorPipeline.Support;
using ActorPipeline.Synthetic;
using Akka.Actor;
using Akka.TestKit;
using static ActorPipeline.Cluster.NeighboursProtocol;
using static ActorPipeline.Hosting.HostingProtocol;

namespace ActorPipeline.Hosting;

/// <summary>A process as a node: the desk's buffers, what it offers, when it ends, and what becomes of a gateway or board that dies.</summary>
public sealed class ActorPipelineRootNodeSpecs : ScenarioKit
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly Catalog.ModelId[] Both = [Cards.Detector, Cards.Classifier];
    private readonly TestProbe _site;

    public ActorPipelineRootNodeSpecs() => Site = _site = CreateTestProbe();

    [Fact]
    public void Should_charge_the_desks_buffers_before_the_start()
    {
        Declared();
        Add("street", new NumberedFrameSource(3, 16, 16));

        StartNode(NodeRoles.Capture | NodeRoles.Inference, budget: 200);
        Concluded(3);

        // Two batches of sixteen crops of 32 x 32.
        Assert.Contains(new Charge("@neighbours", ChargeKind.Pool, PoolVector.OfHost(new Bytes(2 * 16 * 32 * 32 * 3))), Charges());
        var charged = Seen<LedgerChanged>().First(c => c.Change.Account == "@neighbours").At;
        Assert.True(charged <= Assert.Single(Seen<RunStarted>()).At);
        AssertSound(ShutDown());
    }

    [Theory]
    [InlineData(NodeRoles.Capture | NodeRoles.Inference, true)]
    [InlineData(NodeRoles.Capture, false)]
    public void Should_be_refused_when_a_model_does_not_fit_beside_the_desks_buffers(NodeRoles roles, bool refused)
    {
        Declared();
        Add("street", new NumberedFrameSource(3, 16, 16));

        StartNode(roles, budget: 40.08);

        AdvanceUntil(() => Assert.NotEqual(Seen<RunRefused>().Count, Seen<RunEnded>().Count), Step);
        Assert.Equal(refused, Seen<RunRefused>().Count == 1);
    }

    [Fact]
    public void Should_offer_its_classifiers_and_no_detector_when_it_takes_crops()
    {
        Declared();
        Runtime.Add(Declare(Second) with { InputWidth = 24, InputHeight = 16 });
        Add("street", new NumberedFrameSource(3, 16, 16), [Cards.Classifier, Second]);

        StartNode(NodeRoles.Capture | NodeRoles.Inference, budget: 200, [.. Both, Second]);

        var models = Told(s => s.Models.Count > 0).Models;
        Assert.Equal(2, models.Select(m => m.Model.Content).Distinct().Count());
        Assert.All(models, m => Assert.Equal((64, 64), (m.Model.Content.Length, m.Model.Labels.Length)));
    }

    [Fact]
    public void Should_run_until_it_is_shut_down_when_it_takes_crops()
    {
        Declared();
        Add("street", new NumberedFrameSource(3, 16, 16));
        StartNode(NodeRoles.Capture | NodeRoles.Inference, budget: 200);
        Concluded(3);
        for (var i = 0; i < 20; i++) Advance(TimeSpan.FromSeconds(1));
        Told(s => !s.Leaving);
        Assert.Empty(Seen<RunEnded>());

        var run = ShutDown();

        Assert.Equal(3, Of(run, "street").Totals.Classified);
        Told(s => s.Leaving);
        AssertSound(run);
    }

    [Fact]
    public void Should_run_without_a_pipeline_when_it_only_takes_crops()
    {
        Declare(Cards.Classifier);
        StartNode(NodeRoles.Inference, budget: 200, Cards.Classifier);
        Told(s => s.Models.Count == 1);

        Assert.Empty(ShutDown().Failures);
        Eventually(() => Assert.DoesNotContain(Charges(), c => c.Kind is not (ChargeKind.Fixed or ChargeKind.Pool)));
    }

    [Fact]
    public void Should_end_by_itself_when_it_only_has_pipelines_of_its_own()
    {
        Declared();
        Add("street", new NumberedFrameSource(3, 16, 16));

        StartNode(NodeRoles.Capture, budget: 200);

        var run = End(Step);
        Assert.Equal(3, Of(run, "street").Totals.Classified);
        AssertSound(run);
    }

    [Theory]
    [InlineData("work-board")]
    [InlineData("neighbours")]
    public void Should_go_on_with_a_new_gateway_and_a_new_board_when_one_of_them_dies(string part)
    {
        Declared();
        var source = new NumberedFrameSource(40, 16, 16) { BlockAt = 20 };
        Add("street", source);
        StartNode(NodeRoles.Capture | NodeRoles.Inference, budget: 200);
        Eventually(() => Assert.True(source.IsBlocked));
        var before = Told(s => s.Models.Count == 1);
        var board = Watch(Find("work-board")!);
        var gateway = Watch(Find("neighbours")!);

        Sys.ActorSelection($"/user/actor-pipeline/{part}").Tell(PoisonPill.Instance);

        Assert.Equal(new[] { board, gateway }.OrderBy(a => a.Path.Name), new[] { ExpectMsg<Terminated>().ActorRef, ExpectMsg<Terminated>().ActorRef }.OrderBy(a => a.Path.Name));
        AdvanceUntil(() => Assert.NotNull(Find("neighbours/desk")), Step);
        var after = Told(s => s.Models.Count == 1 && s.Counter > 1L << 32);
        Assert.Equal((before.Node, before.Models[0].Model), (after.Node, after.Models[0].Model));
        // Others find it where they found the one before.
        Assert.Equal(before.Address, after.Address);
        Assert.Single(Charges(), c => c.Account == "@neighbours");
        // The new desk has its buffers: it opens.
        var neighbour = CreateTestProbe();
        Find("neighbours/desk")!.Tell(new ClusterProtocol.OpenDesk(new NodeKey("there", 1), 0), neighbour);
        Assert.True(neighbour.ExpectMsg<ClusterProtocol.DeskOpened>().Epoch > 1L << 32);
        source.Release();
        Concluded(40);
        var run = ShutDown();
        Assert.InRange(Of(run, "street").Totals.Classified, 32, 40);
        AssertSound(run);
    }

    [Fact]
    public void Should_still_be_leaving_when_the_board_dies_while_it_leaves()
    {
        Declared();
        var source = new NumberedFrameSource(5, 16, 16) { BlockAt = 3 };
        Add("street", source);
        StartNode(NodeRoles.Capture | NodeRoles.Inference, budget: 200);
        Eventually(() => Assert.True(source.IsBlocked));
        Root.Tell(new ShutDown());
        Told(s => s.Leaving);

        KillAndSee("work-board");

        Told(s => s.Leaving && s.Counter > 1L << 32);
        var neighbour = CreateTestProbe();
        Find("neighbours/desk")!.Tell(new ClusterProtocol.OpenDesk(new NodeKey("there", 1), 0), neighbour);
        Assert.Equal("leaving", neighbour.ExpectMsg<ClusterProtocol.DeskClosed>().Reason);
        source.Release();
        End(Step);
    }

    [Fact]
    public void Should_end_with_a_failure_when_the_gateway_dies_too_often()
    {
        Declared();
        var source = new NumberedFrameSource(5, 16, 16) { BlockAt = 3 };
        Add("street", source);
        StartNode(NodeRoles.Capture | NodeRoles.Inference, budget: 200, serving: new ServingSettings { MaxFailures = 2, BackoffMax = TimeSpan.FromHours(1) });
        Eventually(() => Assert.True(source.IsBlocked));

        KillAndSee("neighbours");
        AdvanceUntil(() => Assert.NotNull(Find("neighbours")), Step);
        KillAndSee("neighbours");
        source.Release();

        Assert.Contains("work-board died too often", End(Step).Failures);
    }

    private void Declared()
    {
        Declare(Cards.Detector);
        Declare(Cards.Classifier);
    }

    private void StartNode(NodeRoles roles, double budget, params Catalog.ModelId[] models) => StartNode(roles, budget, null, models);

    private void StartNode(NodeRoles roles, double budget, ServingSettings? serving, params Catalog.ModelId[] models)
    {
        Cluster = new ClusterSettings { Enabled = true, Roles = roles };
        Start(budget, serving, models.Length == 0 ? Both : models);
    }

    private NodeSummary Told(Predicate<NodeSummary> matches)
    {
        NodeSummary? found = null;
        AdvanceUntil(
            () =>
            {
                while (found is null && _site.ReceiveOne(TimeSpan.Zero) is { } message)
                    if (message is TellSummary tell && matches(tell.Summary)) found = tell.Summary;
                Assert.NotNull(found);
            },
            Step);
        return found!;
    }

    private void Concluded(int frames) => AdvanceUntil(() => Assert.Equal(frames, Seen<FrameConcluded>().Count), Step);

    private RunEnded ShutDown()
    {
        Root.Tell(new ShutDown());
        return End(Step);
    }
}
