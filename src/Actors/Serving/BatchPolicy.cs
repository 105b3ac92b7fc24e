using ActorPipeline.Catalog;

namespace ActorPipeline.Serving;

/// <summary>
/// How many crops of those that wait a lane takes into one run: as many as have all of them done soonest, no more than there is memory for, and
/// none more than lets the oldest be in time. It never waits for more to come. Pure.
/// </summary>
/// <param name="table">What batches were measured to cost; null where nobody measured, and then the more the better.</param>
/// <param name="most">Crops that one run may take by the memory that is granted now.</param>
internal sealed class BatchPolicy(BatchTable? table, int most)
{
    private readonly int[] _sizes = [.. table?.Worth(most) ?? BatchSizes.UpTo(most)];

    /// <summary>Crops for the next run; at least 1.</summary>
    /// <param name="waiting">Crops that wait for the model; at least 1.</param>
    /// <param name="left">Time until the oldest of them is due; null for no deadline. Where not even one alone could be in time, nothing is lost by more.</param>
    /// <param name="lanes">Lanes that take crops of these, the one that asks included; at least 1.</param>
    public int Next(int waiting, TimeSpan? left = null, int lanes = 1)
    {
        var inTime = left is { } bound && TimeOf(1) <= bound ? bound : TimeSpan.MaxValue;
        var (best, soonest) = (1, TimeSpan.MaxValue);
        foreach (var size in _sizes)
        {
            if (size > 1 && (size > waiting || TimeOf(size) > inTime)) break;
            var done = Done(waiting, size, lanes);
            if (done > soonest) continue;
            (best, soonest) = (size, done);
        }
        return best;
    }

    /// <summary>When all would be done in runs of a size, and what is left over one by one.</summary>
    private TimeSpan Done(int waiting, int size, int lanes) =>
        (TimeOf(size) * Rounds(waiting / size, lanes)) + (TimeOf(1) * Rounds(waiting % size, lanes));

    /// <summary>How long a run takes. Where nobody measured, each the same: then the fewest runs are the soonest.</summary>
    private TimeSpan TimeOf(int size) => table is null ? TimeSpan.FromTicks(1) : table.Costs.TryGetValue(size, out var cost) ? cost.Crop * size : TimeSpan.Zero;

    private static int Rounds(int runs, int lanes) => (runs + lanes - 1) / lanes;
}
