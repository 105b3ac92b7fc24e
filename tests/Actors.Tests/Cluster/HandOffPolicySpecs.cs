using FsCheck.Xunit;
using static ActorPipeline.Cluster.ClusterKit;

namespace ActorPipeline.Cluster;

public sealed class HandOffPolicySpecs
{
    private static readonly CropBatch Batch = new(Model, 8, 80_000, Ms(500));
    private static readonly LocalView Swapping = new() { Ready = false, Queue = Ms(0), RunPerCrop = Ms(4), Load = Ms(90) };
    private static readonly LocalView Ready = Swapping with { Ready = true };

    private readonly HandOffPolicy _policy = new(new HandOffLimits(), "me");

    // 2 ms of way, 8 ms for 80 KB, 32 ms of run.
    private static NeighbourView Neighbour(string name = "b", double queueMs = 0) => new(Node(name))
    {
        Minor = 0, Ready = true, Queue = Ms(queueMs), RunPerCrop = Ms(4), Load = Ms(100), RoundTrip = Ms(2), Bandwidth = 1e7, Credit = 1_000_000,
    };

    [Fact]
    public void Should_run_here_when_the_model_is_ready_and_nothing_waits()
    {
        var choice = Choose(Ready, Neighbour());

        Assert.Equal((HandOffPlace.Here, null, Ms(32)), (choice.Place, choice.To, choice.Expected));
        Assert.Equal(Ms(42), Assert.Single(choice.Others).Total);
    }

    [Fact]
    public void Should_hand_over_when_a_neighbour_is_sooner_than_a_load_here()
    {
        var choice = Choose(Swapping, Neighbour());

        Assert.Equal((HandOffPlace.Neighbour, Node("b"), "first"), (choice.Place, choice.To, choice.Why));
        Assert.Equal((Ms(10), Ms(0), Ms(0), Ms(32), false), (choice.Others[0].Transfer, choice.Others[0].Queue, choice.Others[0].Load, choice.Others[0].Run, choice.Others[0].Guessed));
        Assert.Equal((Ms(90), Ms(122)), (choice.Local.Load, choice.Local.Total));
    }

    [Fact]
    public void Should_wait_for_a_load_here_when_the_neighbours_queue_is_longer()
    {
        var choice = Choose(Swapping, Neighbour(queueMs: 200));

        Assert.Equal((HandOffPlace.WaitHere, null), (choice.Place, choice.To));
    }

    [Fact]
    public void Should_hand_over_when_the_queue_here_is_long() => Assert.Equal(Node("b"), Choose(Ready with { Queue = Ms(60) }, Neighbour()).To);

    [Fact]
    public void Should_count_its_lanes_when_they_share_a_batch() =>
        Assert.Equal(Ms(12), Choose(Ready with { Lanes = 3 }, Neighbour()).Expected);

    [Fact]
    public void Should_stay_here_when_a_neighbour_is_sooner_by_less_than_the_margin()
    {
        var choice = Choose(Ready with { Queue = Ms(15) }, Neighbour());

        Assert.Equal((HandOffPlace.Here, "equal"), (choice.Place, choice.Why));
    }

    [Fact]
    public void Should_go_on_handing_over_when_it_still_pays_and_stop_when_it_does_not()
    {
        Choose(Swapping, Neighbour());

        Assert.Equal(Node("b"), Choose(Ready with { Queue = Ms(15) }, Neighbour()).To);
        Assert.Null(Choose(Ready with { Queue = Ms(10) }, Neighbour()).To);
        Assert.Null(Choose(Ready with { Queue = Ms(15) }, Neighbour()).To);
    }

    [Fact]
    public void Should_stay_with_a_neighbour_when_another_is_hardly_better()
    {
        var first = Choose(Swapping, Neighbour("b", 20), Neighbour("c")).To;
        Assert.Equal(Node("c"), first);

        Assert.Equal(Node("c"), Choose(Swapping, Neighbour("b"), Neighbour("c", 4)).To);
        Assert.Equal(Node("b"), Choose(Swapping, Neighbour("b"), Neighbour("c", 20)).To);
    }

    [Fact]
    public void Should_prefer_other_neighbours_than_other_nodes_do_when_all_are_as_good()
    {
        var neighbours = Enumerable.Range(0, 4).Select(i => Neighbour($"n{i}")).ToArray();

        var chosen = Enumerable.Range(0, 400).Select(i => new HandOffPolicy(new HandOffLimits(), $"me{i}").Choose(Batch, Swapping, neighbours).To!.Value);

        Assert.All(chosen.CountBy(n => n), n => Assert.InRange(n.Value, 50, 200));
    }

    [Fact]
    public void Should_choose_who_can_be_in_time_when_only_one_can()
    {
        var hurried = Batch with { Left = Ms(45) };

        Assert.Equal((Node("b"), "only-in-time"), Of(_policy.Choose(hurried, Ready with { Queue = Ms(14) }, [Neighbour()])));
        Assert.Equal((null, "first"), Of(_policy.Choose(hurried, Ready with { Queue = Ms(12) }, [Neighbour(queueMs: 5)])));
    }

    [Fact]
    public void Should_run_here_when_nobody_can_be_in_time() =>
        Assert.Equal((null, "none-in-time"), Of(_policy.Choose(Batch with { Left = Ms(20) }, Swapping, [Neighbour()])));

    public static TheoryData<string> Bars => ["leaving", "version", "rests", "no-credit", "busy", "tried"];

    [Theory]
    [MemberData(nameof(Bars))]
    public void Should_not_hand_over_when_the_neighbour_is_out_of_the_question(string why)
    {
        var neighbour = why switch
        {
            "leaving" => Neighbour() with { Leaving = true },
            "version" => Neighbour() with { Minor = -1 },
            "rests" => Neighbour() with { Rests = true },
            "no-credit" => Neighbour() with { Credit = 79_999 },
            "busy" => Neighbour() with { Outstanding = 8 },
            _ => Neighbour(),
        };

        var choice = _policy.Choose(Batch with { Tried = why == "tried" ? [Node("b")] : null }, Swapping, [neighbour]);

        Assert.Equal((HandOffPlace.WaitHere, "alone", why), (choice.Place, choice.Why, choice.Others[0].Barred));
    }

    [Fact]
    public void Should_say_whose_credit_is_worth_asking_for_when_they_would_be_sooner()
    {
        var choice = Choose(Swapping, Neighbour("b"), Neighbour("c", 20) with { Credit = 0 }, Neighbour("d", 200) with { Credit = 0 }, Neighbour("e", 10) with { Credit = 0 });

        Assert.Equal([Node("b"), Node("e"), Node("c")], choice.CreditFrom(3));
        Assert.Equal([Node("b")], choice.CreditFrom(1));
        Assert.Empty(Choose(Ready, Neighbour()).CreditFrom(3));
    }

    [Fact]
    public void Should_try_no_third_neighbour_when_two_had_the_batch() =>
        Assert.Null(_policy.Choose(Batch with { Tried = [Node("x"), Node("y")] }, Swapping, [Neighbour()]).To);

    [Fact]
    public void Should_hand_over_to_one_of_a_newer_minor_version() => Assert.NotNull(Choose(Swapping, Neighbour() with { Minor = 7 }).To);

    [Fact]
    public void Should_hand_over_to_one_that_has_to_load_when_this_node_never_could()
    {
        var choice = Choose(Swapping with { Able = false }, Neighbour() with { Ready = false });

        Assert.Equal((Node("b"), TimeSpan.MaxValue), (choice.To, choice.Local.Total));
        Assert.Equal((null, "unable"), Of(Choose(Swapping with { Able = false })));
    }

    [Theory]
    [InlineData(false, 0, false, true)]
    [InlineData(true, 0, false, false)]
    [InlineData(false, 1_000_000, false, false)]
    [InlineData(false, 0, true, false)]
    public void Should_be_worth_waiting_when_this_node_never_could_and_a_neighbour_soon_may(bool able, long credit, bool leaving, bool worth) =>
        Assert.Equal(worth, Choose(Swapping with { Able = able }, Neighbour() with { Credit = credit, Leaving = leaving }).IsWorthWaiting);

    [Fact]
    public void Should_try_a_new_neighbour_with_one_batch_when_it_promises_much()
    {
        var unknown = new NeighbourView(Node("b")) { Minor = 0, Ready = true, Queue = Ms(0), Credit = 1_000_000 };

        var choice = Choose(Swapping, unknown);
        Assert.Equal((Node("b"), true), (choice.To, choice.Others[0].Guessed));
        Assert.Equal("busy", Choose(Swapping, unknown with { Outstanding = 1 }).Others[0].Barred);
        // It could be in time by its guesses, but hardly.
        Assert.Null(_policy.Choose(Batch with { Left = Ms(130) }, Swapping, [unknown]).To);
        Assert.Null(Choose(Ready, unknown).To);
    }

    [Fact]
    public void Should_run_here_when_it_is_ready_and_nobody_knows_how_long_that_takes() =>
        Assert.Equal(HandOffPlace.Here, Choose(Ready with { RunPerCrop = null }, Neighbour()).Place);

    [Fact]
    public void Should_remember_nothing_of_a_neighbour_when_it_is_gone()
    {
        Choose(Swapping, Neighbour());
        _policy.Forget(Node("b"));

        Assert.Null(Choose(Ready with { Queue = Ms(15) }, Neighbour()).To);
    }

    [Property(MaxTest = 500)]
    public void Should_never_choose_a_barred_or_a_late_neighbour_when_anything_is_so((byte Queue, byte Run, byte Way, byte Bits)[] nodes, byte left, byte queue, bool ready)
    {
        var policy = new HandOffPolicy(new HandOffLimits(), "me");
        var batch = Batch with { Left = Ms(left) };
        var neighbours = nodes.Take(10).Select((n, i) => new NeighbourView(Node($"n{i}"))
        {
            Minor = n.Bits % 8 == 7 ? -1 : 0, Leaving = n.Bits % 16 == 8, Rests = n.Bits % 32 == 9, Ready = n.Bits % 3 > 0, Queue = Ms(n.Queue), Credit = n.Bits * 1000,
            RunPerCrop = n.Run % 5 == 0 ? null : Ms(n.Run / 10.0), RoundTrip = n.Way % 5 == 0 ? null : Ms(n.Way / 10.0), Outstanding = n.Bits % 10,
        }).ToArray();

        var choice = policy.Choose(batch, Ready with { Ready = ready, Queue = Ms(queue) }, neighbours);

        if (choice.To is not { } to) return;
        var chosen = neighbours.Single(n => n.Node == to);
        Assert.False(chosen.Leaving || chosen.Rests || chosen.Minor < 0 || chosen.Credit < batch.Bytes || chosen.Outstanding >= 8);
        Assert.True(choice.Expected <= batch.Left);
        Assert.True(choice.Expected < choice.Local.Total || choice.Local.Total > batch.Left);
    }

    private static (NodeKey?, string) Of(HandOffChoice choice) => (choice.To, choice.Why);

    private HandOffChoice Choose(LocalView local, params NeighbourView[] neighbours) => _policy.Choose(Batch, local, neighbours);
}
