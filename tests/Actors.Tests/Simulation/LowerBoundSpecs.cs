using static ActorPipeline.Simulation.Traces;

namespace ActorPipeline.Simulation;

public sealed class LowerBoundSpecs
{
    [Fact]
    public void Should_count_every_model_once_when_all_fit() => Assert.Equal(200, LowerBound.Of(Of("ABABAB", budget: 20, window: 1)).TotalMilliseconds, 3);

    [Fact]
    public void Should_see_that_a_scan_cannot_be_kept_when_it_is_larger_than_memory()
    {
        var trace = Of(string.Concat(Enumerable.Repeat("ABCD", 20)), budget: 20, window: 1);

        var bound = LowerBound.Of(trace);

        Assert.InRange(bound.TotalMilliseconds, 1000, OfflineOptimum.Of(trace)!.Value.TotalMilliseconds);
    }

    [Fact]
    public void Should_never_exceed_the_optimum_when_both_are_known()
    {
        foreach (var family in Enum.GetValues<TraceFamily>())
        {
            for (var seed = 1; seed <= 20; seed++)
            {
                var trace = TraceGenerator.Generate(new TraceRecipe(family, 3 + (seed % 6), 60, seed) { Window = 1 + (seed % 7), Memory = 0.3 + (0.05 * (seed % 8)) });
                var (bound, optimum) = (LowerBound.Of(trace), OfflineOptimum.Of(trace)!.Value);
                Assert.True(bound <= optimum, $"{trace.Name}: bound {bound}, optimum {optimum}");
            }
        }
    }
}
