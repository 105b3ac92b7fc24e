using ActorPipeline.Memory;
using static ActorPipeline.Simulation.Traces;

namespace ActorPipeline.Simulation;

public sealed class SimulatorSpecs
{
    [Fact]
    public void Should_load_each_model_once_when_all_fit()
    {
        var result = Run(Of("ABABAB", budget: 20, window: 6));

        Assert.Equal((2, 6, 0, 0), (result.Loads, result.Done, result.Turns, result.Refusals));
        Assert.Equal(TimeSpan.FromMilliseconds(200), result.ReloadCost);
    }

    [Fact]
    public void Should_run_all_of_one_model_before_the_other_when_both_are_in_flight() => Assert.Equal(2, Run(Of("ABABAB", budget: 10, window: 6)).Loads);

    [Fact]
    public void Should_swap_for_every_request_when_only_one_is_in_flight() => Assert.Equal(6, Run(Of("ABABAB", budget: 10, window: 1)).Loads);

    [Fact]
    public void Should_take_loads_and_runs_into_account_when_it_tells_the_time()
    {
        // One load, then three runs on two lanes.
        Assert.Equal(TimeSpan.FromMilliseconds(120), Run(Of("AAA", budget: 10, window: 3)).Makespan);
    }

    [Fact]
    public void Should_refuse_what_never_fits_and_go_on_when_it_is_asked_for()
    {
        var result = Run(Of("ABABAB", budget: 20, window: 2, Model('B', mebibytes: 30)));

        Assert.Equal((3, 3, 1), (result.Refusals, result.Done, result.Loads));
    }

    [Fact]
    public void Should_tell_who_is_late_when_requests_have_deadlines()
    {
        var trace = Of("AA", budget: 10, window: 2);
        trace = trace with { Requests = [.. trace.Requests.Select((r, i) => r with { At = TimeSpan.FromMilliseconds(i * 1000), Deadline = TimeSpan.FromMilliseconds(50 + (i * 1000)) })] };

        var result = Run(trace);

        Assert.Equal((1, TimeSpan.FromMilliseconds(60)), (result.Late, result.LatenessMax));
    }

    [Fact]
    public void Should_run_a_follower_after_its_frame_when_both_models_are_loaded()
    {
        var trace = Of("AB", budget: 20, window: 2);
        trace = trace with { Requests = [trace.Requests[0], trace.Requests[1] with { After = 0 }] };

        // B is asked for only when A has run: 100 + 10, then 100 + 10.
        Assert.Equal(TimeSpan.FromMilliseconds(220), Run(trace).Makespan);
    }

    [Theory]
    [InlineData(TraceFamily.Steady)]
    [InlineData(TraceFamily.Bursty)]
    [InlineData(TraceFamily.Diurnal)]
    [InlineData(TraceFamily.Adversarial)]
    [InlineData(TraceFamily.Pipeline)]
    public void Should_do_everything_within_the_budget_and_never_beat_the_optimum_when_traces_are_generated(TraceFamily family)
    {
        for (var seed = 1; seed <= 6; seed++)
        {
            var trace = TraceGenerator.Generate(new TraceRecipe(family, 7, 70, seed) { Window = 2 + seed, Memory = 0.4, Load = seed % 2 * 0.4 });
            foreach (IEvictionPolicy policy in new IEvictionPolicy[] { new CostAware(), new LeastRecentlyUsed() })
            {
                var result = Simulator.Run(trace, new MemorySettings(), policy);
                Assert.Equal((70, Bytes.Zero), (result.Done, result.OverBudget));
                Assert.True(result.ReloadCost >= OfflineOptimum.Of(trace)!.Value, $"{trace.Name}: {result.ReloadCost} is less than can be");
            }
        }
    }

    [Fact]
    public void Should_give_the_same_result_when_it_is_played_again()
    {
        var trace = TraceGenerator.Generate(new TraceRecipe(TraceFamily.Bursty, 20, 2000, 3) { Window = 16, Memory = 0.3 });

        Assert.Equal(Run(trace) with { LoadsByModel = new Dictionary<Catalog.ModelId, int>() }, Run(trace) with { LoadsByModel = new Dictionary<Catalog.ModelId, int>() }, (a, b) => a with { LoadsByModel = b.LoadsByModel } == b);
    }

    private static SimulationResult Run(WorkloadTrace trace) => Simulator.Run(trace, new MemorySettings(), new CostAware());
}
