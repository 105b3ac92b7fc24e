namespace ActorPipeline.Simulation;

/// <summary>
/// A lower bound of what <see cref="OfflineOptimum"/> would find, for traces too large for it: no schedule loads for less time. It is a
/// bound and not the optimum; how far below it lies is not known.
/// </summary>
/// <remarks>
/// <para>Why it holds. Let t(p) be the moment when all requests before p are done. Take two requests i and j of one model with
/// j - i >= window. Request i is done by t(i + 1), and j is not even revealed before t(j - window + 1). So between the two the model is
/// either loaded, or it is in memory from t(i + 1) to t(j - window + 1). Choose for each model requests that are at least a spacing apart;
/// the times between them do not overlap, so that each gap through which the model is not kept costs a load of its own, beside the first.</para>
/// <para>What is kept at any t(p) fits the budget. The most that keeping can save under that condition is bounded by Lagrange's relaxation:
/// for any prices l(p) >= 0 it is at most sum l(p) x budget + sum over gaps of max(0, load time - bytes x prices over the gap). Prices are
/// improved by some steps of a subgradient method; wrong prices make the bound weaker, never wrong. Pools are looked at one by one, and
/// several spacings are tried: each gives a bound, and the largest holds.</para>
/// </remarks>
public static class LowerBound
{
    private const int Steps = 60;

    /// <summary>Spacings that are tried, in windows.</summary>
    private static readonly double[] Spacings = [1, 1.5, 2, 3, 5];

    /// <summary>Time that loads take at the least.</summary>
    /// <param name="trace">The trace; arrival times count for nothing, their order does.</param>
    public static TimeSpan Of(WorkloadTrace trace)
    {
        var window = Math.Min(trace.Window, trace.Requests.Count);
        var once = trace.Requests.Select(r => r.Model).Distinct().Sum(m => trace.Models[m].LoadTime.TotalMilliseconds);
        var more = 0.0;
        foreach (var (pool, budget) in trace.Budget)
        {
            foreach (var spacing in Spacings)
            {
                var gaps = Gaps(trace, window, (long)Math.Ceiling(window * spacing), pool);
                if (gaps.Count > 0) more = Math.Max(more, Unsaved(gaps, trace.Requests.Count, budget.Count));
            }
        }
        // Rounded down, so that the last digit claims nothing.
        return TimeSpan.FromTicks((long)((once + more) * TimeSpan.TicksPerMillisecond * (1 - 1e-9)));
    }

    /// <summary>A time through which a model is kept or after which it is loaded.</summary>
    /// <param name="From">It is kept at t(From) ...</param>
    /// <param name="To">... to t(To), both included.</param>
    /// <param name="Cost">Milliseconds of its load.</param>
    /// <param name="Bytes">What it takes in the pool.</param>
    private readonly record struct Gap(int From, int To, double Cost, double Bytes);

    private static List<Gap> Gaps(WorkloadTrace trace, int window, long spacing, MemoryPool pool)
    {
        var last = new int[trace.Models.Count];
        Array.Fill(last, -1);
        var gaps = new List<Gap>();
        for (var j = 0; j < trace.Requests.Count; j++)
        {
            var model = trace.Requests[j].Model;
            if (last[model] >= 0 && j - last[model] < spacing) continue;
            if (last[model] >= 0)
            {
                var known = trace.Models[model];
                gaps.Add(new Gap(last[model] + 1, j - window + 1, known.LoadTime.TotalMilliseconds, known.Footprint.ResidentLease(trace.Lanes)[pool].Count));
            }
            last[model] = j;
        }
        return gaps;
    }

    /// <summary>The loads of all gaps less the most that keeping can save.</summary>
    private static double Unsaved(List<Gap> gaps, int moments, double budget)
    {
        var prices = new double[moments + 1];
        var sums = new double[moments + 2];
        var held = new double[moments + 2];
        var all = gaps.Sum(g => g.Cost);
        var best = 0.0;
        // A first step that prices the budget at about what it can save.
        var scale = all / Math.Max(1, moments) / Math.Max(1, budget);
        for (var step = 0; step < Steps; step++)
        {
            for (var p = 0; p <= moments; p++) sums[p + 1] = sums[p] + prices[p];
            Array.Clear(held);
            var saved = sums[moments + 1] * budget;
            foreach (var gap in gaps)
            {
                var price = gap.Bytes * (sums[gap.To + 1] - sums[gap.From]);
                if (price >= gap.Cost) continue;
                saved += gap.Cost - price;
                held[gap.From] += gap.Bytes;
                held[gap.To + 1] -= gap.Bytes;
            }
            best = Math.Max(best, all - saved);
            var size = scale * 4 / (1 + (step * 0.25));
            var now = 0.0;
            for (var p = 0; p <= moments; p++)
            {
                now += held[p];
                prices[p] = Math.Max(0, prices[p] + (size * (now - budget) / budget));
            }
        }
        return best;
    }
}
