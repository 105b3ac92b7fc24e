namespace ActorPipeline.Simulation;

/// <summary>The optimum by trying everything, load by load, without any of the solver's shortcuts; for tiny traces.</summary>
internal static class BruteForce
{
    public static double Of(WorkloadTrace trace) => Least(trace, new bool[trace.Requests.Count], [], 0, double.PositiveInfinity);

    private static double Least(WorkloadTrace trace, bool[] done, HashSet<int> resident, double cost, double best)
    {
        if (cost >= best) return best;
        done = [.. done];
        while (Visible(trace, done).Where(i => resident.Contains(trace.Requests[i].Model)).ToArray() is { Length: > 0 } served)
            foreach (var i in served) done[i] = true;
        if (done.All(d => d)) return cost;
        foreach (var model in Visible(trace, done).Select(i => trace.Requests[i].Model).Distinct())
        {
            // Every subset may stay that fits, also those that give up more than they have to.
            foreach (var kept in Subsets([.. resident]))
            {
                var held = kept.Aggregate(PoolVector.Zero, (sum, m) => sum + trace.Models[m].Footprint.ResidentLease(trace.Lanes));
                if (!(held + trace.Models[model].Footprint.LoadLease(trace.Lanes)).FitsIn(trace.Budget)) continue;
                best = Math.Min(best, Least(trace, done, [.. kept, model], cost + trace.Models[model].LoadTime.TotalMilliseconds, best));
            }
        }
        return best;
    }

    private static IEnumerable<int> Visible(WorkloadTrace trace, bool[] done)
    {
        var oldest = Array.IndexOf(done, false);
        for (var i = oldest; i >= 0 && i < done.Length && i - oldest < trace.Window; i++)
            if (!done[i] && (trace.Requests[i].After < 0 || done[trace.Requests[i].After])) yield return i;
    }

    private static IEnumerable<int[]> Subsets(int[] set)
    {
        for (var bits = 0; bits < 1 << set.Length; bits++) yield return [.. set.Where((_, i) => (bits & (1 << i)) != 0)];
    }
}
