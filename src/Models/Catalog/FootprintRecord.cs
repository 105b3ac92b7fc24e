using System.Text.Json.Serialization;

namespace ActorPipeline.Catalog;

/// <summary>
/// What a model was measured to need in host memory: once in a worker process, or only as it was seen to load and run, or both.
/// Each number is the 95th percentile of the measurement and of the last <see cref="MostObserved"/> observations: with fewer than
/// twenty that is the largest; with more, one outlier no longer holds memory for good. Immutable.
/// </summary>
public sealed record FootprintRecord
{
    /// <summary>So many observations of each kind are kept; the oldest go.</summary>
    public const int MostObserved = 64;

    private const double Percentile = 0.95;

    /// <summary>Whether it was measured in a worker process; if not, it holds what was observed alone.</summary>
    public bool Measured { get; init; }

    /// <summary>What the first use of the provider cost the process and no unload gave back; not part of the rest. Null where not known.</summary>
    public Bytes? Fixed { get; init; }

    /// <summary>The highest peak of a measured load.</summary>
    public Bytes? Load { get; init; }

    /// <summary>The most a measured load left, idle.</summary>
    public Bytes? Resident { get; init; }

    /// <summary>
    /// The highest measured peak over <see cref="Resident"/>, all lanes together, by the number of lanes that ran at once. A map,
    /// because it does not grow evenly: PicoDet-S needs 22 MiB on one lane and 33 on two.
    /// </summary>
    public IReadOnlyDictionary<int, Bytes> Run { get; init; } = new Dictionary<int, Bytes>();

    /// <summary>What larger batches were measured to cost, by the crops in a run; null where none were measured, or its batch is fixed.</summary>
    public BatchTable? Batches { get; init; }

    /// <summary>How long a load takes, in the middle; null where not known.</summary>
    public TimeSpan? LoadTime { get; init; }

    /// <summary>How long a run takes on one lane that is alone, in the middle; null where not known.</summary>
    public TimeSpan? RunTime { get; init; }

    /// <summary>The share of its memory that came back on unload, 0 to 1; null where not known.</summary>
    public double? Returned { get; init; }

    /// <summary>Observed load peaks, the oldest first.</summary>
    public IReadOnlyList<Bytes> ObservedLoads { get; init; } = [];

    /// <summary>Observed residents, the oldest first.</summary>
    public IReadOnlyList<Bytes> ObservedResidents { get; init; } = [];

    /// <summary>Observed run peaks, the oldest first.</summary>
    public IReadOnlyList<RunPeak> ObservedRuns { get; init; } = [];

    /// <summary>Whether all parts of a footprint are known, so that no estimate has to fill a gap.</summary>
    public bool IsComplete => LoadPeak is not null && ResidentLevel is not null && KnownLanes(1).Length > 0;

    /// <summary>The load peak to count with.</summary>
    public Bytes? LoadPeak => Near(Load, ObservedLoads);

    /// <summary>The resident level to count with.</summary>
    public Bytes? ResidentLevel => Near(Resident, ObservedResidents);

    /// <summary>The run peak over resident to count with, all of so many lanes together; null where that was never seen.</summary>
    /// <param name="lanes">Lanes that run at once.</param>
    /// <param name="batch">Crops that a run takes at most.</param>
    public Bytes? RunPeakOf(int lanes, int batch = 1) =>
        Near(MeasuredRuns(batch).TryGetValue(lanes, out var measured) ? measured : null, [.. ObservedRuns.Where(r => r.Lanes == lanes && r.Batch == batch).Select(r => r.Bytes)]);

    /// <summary>
    /// The footprint for a number of lanes: run per lane so that resident + lanes x run covers the peak of that many lanes. Where
    /// they were never seen at once, the largest share of a lane that was seen.
    /// </summary>
    /// <param name="lanes">Lanes that may run the model at once; at least 1.</param>
    /// <param name="otherwise">Fills what is not known; the footprint then stays as good as this is. Null counts it as nothing.</param>
    /// <param name="batch">Crops that a run takes at most.</param>
    public Footprint ToFootprint(int lanes, Footprint? otherwise = null, int batch = 1)
    {
        var known = KnownLanes(batch);
        var run = RunPeakOf(lanes, batch) is { } peak ? Share(peak, lanes)
            // Fewer lanes than were ever seen may need as much as the fewest that were.
            : known.Length > 0 ? Bytes.Max(Share(RunPeakOf(known[0], batch)!.Value, Math.Min(lanes, known[0])), known.Max(l => Share(RunPeakOf(l, batch)!.Value, l)))
            : (otherwise?.Run[MemoryPool.Host] ?? Bytes.Zero) * Times(batch, otherwise);
        var process = new Footprint(
            PoolVector.OfHost(LoadPeak ?? otherwise?.Load[MemoryPool.Host] ?? Bytes.Zero),
            PoolVector.OfHost(ResidentLevel ?? otherwise?.Resident[MemoryPool.Host] ?? Bytes.Zero),
            PoolVector.OfHost(run),
            LoadPeak is not null && ResidentLevel is not null && known.Length > 0 ? FootprintSource.Measured : otherwise?.Source ?? FootprintSource.Estimated) { Batch = batch };
        // What lies in a device's memory is on no reading of the process: there the guess stays, and the whole is no better than it.
        return otherwise?.Elsewhere() is { } device ? process.Beside(device with { Run = device.Run * Times(batch, otherwise) }) with { Source = otherwise.Source } : process;
    }

    /// <summary>The record with one more observation.</summary>
    public FootprintRecord Observe(FootprintObservation seen) => this with
    {
        ObservedLoads = Append(ObservedLoads, seen.Load),
        ObservedResidents = Append(ObservedResidents, seen.Resident),
        ObservedRuns = Append(ObservedRuns, seen.Run is { } run ? new RunPeak(seen.Lanes, run, seen.Batch) : (RunPeak?)null),
        LoadTime = Measured ? LoadTime : seen.LoadTime ?? LoadTime,
    };

    private IReadOnlyDictionary<int, Bytes> MeasuredRuns(int batch) =>
        batch == 1 ? Run : Batches?.Costs.GetValueOrDefault(batch)?.Run ?? new Dictionary<int, Bytes>();

    /// <summary>The numbers of lanes whose run peak is known, ascending.</summary>
    private int[] KnownLanes(int batch) => [.. MeasuredRuns(batch).Keys.Concat(ObservedRuns.Where(r => r.Batch == batch).Select(r => r.Lanes)).Distinct().Order()];

    /// <summary>How often what another says of a run covers a batch.</summary>
    private static int Times(int batch, Footprint? other) => (batch + (other?.Batch ?? 1) - 1) / (other?.Batch ?? 1);

    private static Bytes Share(Bytes peak, int lanes) => new((peak.Count + lanes - 1) / lanes);

    private static IReadOnlyList<T> Append<T>(IReadOnlyList<T> seen, T? next)
        where T : struct => next is { } value ? [.. seen.Skip(Math.Max(0, seen.Count + 1 - MostObserved)), value] : seen;

    /// <summary>The 95th percentile by nearest rank.</summary>
    private static Bytes? Near(Bytes? measured, IReadOnlyList<Bytes> observed)
    {
        Bytes[] all = [.. observed, .. measured is { } value ? [value] : Array.Empty<Bytes>()];
        if (all.Length == 0) return null;
        Array.Sort(all);
        return all[(int)Math.Ceiling(Percentile * all.Length) - 1];
    }
}

/// <summary>An observed peak of runs over the resident level.</summary>
/// <param name="Lanes">Lanes that ran at once.</param>
/// <param name="Bytes">All of them together.</param>
/// <param name="Batch">Crops that a run took at most.</param>
[method: JsonConstructor] // a structure's own would leave what an older file does not have at zero
public readonly record struct RunPeak(int Lanes, Bytes Bytes, int Batch = 1);
