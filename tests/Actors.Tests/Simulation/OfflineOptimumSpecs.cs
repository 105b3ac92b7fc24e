using static ActorPipeline.Simulation.Traces;

namespace ActorPipeline.Simulation;

public sealed class OfflineOptimumSpecs
{
    [Fact]
    public void Should_load_each_once_when_all_fit() => Assert.Equal(200, Least(Of("ABABAB", budget: 20, window: 1)));

    [Fact]
    public void Should_load_for_every_change_when_one_fits_and_nothing_may_be_regrouped() => Assert.Equal(600, Least(Of("ABABAB", budget: 10, window: 1)));

    [Fact]
    public void Should_regroup_when_the_window_shows_more() => Assert.Equal(200, Least(Of("ABABAB", budget: 10, window: 6)));

    [Fact]
    public void Should_keep_the_one_wanted_sooner_when_two_of_three_fit() => Assert.Equal(400, Least(Of("ABCAB", budget: 20, window: 1)));

    [Fact]
    public void Should_keep_the_dearer_one_when_it_is_wanted_later() =>
        Assert.Equal(1300, Least(Of("ABCBA", budget: 20, window: 1, Model('A', loadMs: 1000))));

    [Fact]
    public void Should_serve_a_follower_only_after_its_frame_was_detected()
    {
        var trace = Of("ABAB", budget: 10, window: 4);
        var frames = trace with { Requests = [trace.Requests[0], trace.Requests[1] with { After = 0 }, trace.Requests[2], trace.Requests[3] with { After = 2 }] };

        Assert.Equal(200, Least(frames));
        Assert.Equal(400, Least(frames with { Window = 1 }));
    }

    [Fact]
    public void Should_give_up_when_the_trace_is_beyond_its_limits()
    {
        Assert.Null(OfflineOptimum.Of(Of("ABCDEFGHIJKLMNOPQ", budget: 10, window: 2)));
        Assert.Null(OfflineOptimum.Of(Of(new string('A', 30) + "B", budget: 10, window: 30)));
        Assert.Null(OfflineOptimum.Of(Of("ABCABCABC", budget: 20, window: 3), mostStates: 3));
        Assert.Null(OfflineOptimum.Of(Of("AB", budget: 5, window: 1)));
    }

    [Fact]
    public void Should_equal_brute_force_when_traces_are_tiny()
    {
        foreach (var family in Enum.GetValues<TraceFamily>())
        {
            for (var seed = 1; seed <= 8; seed++)
            {
                var trace = TraceGenerator.Generate(new TraceRecipe(family, 4, 10, seed) { Window = 1 + (seed % 4), Memory = 0.5 });
                Assert.Equal(BruteForce.Of(trace), Least(trace), 6);
            }
        }
    }

    private static double Least(WorkloadTrace trace) => OfflineOptimum.Of(trace)!.Value.TotalMilliseconds;
}
