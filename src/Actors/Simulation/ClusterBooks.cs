namespace ActorPipeline.Simulation;

/// <summary>Counts what happens in a simulated cluster.</summary>
internal sealed class ClusterBooks(ClusterRecipe recipe)
{
    private readonly List<TimeSpan> _latencies = [];

    public long Captured { get; set; }

    public long Dropped { get; set; }

    public long Failed { get; set; }

    public long Died { get; set; }

    public long Crops { get; set; }

    public long HandedOff { get; set; }

    public long NotDone { get; set; }

    public long Loads { get; set; }

    public long DirectoryBytes { get; set; }

    private int _mostBatches;
    private long _mostBytes;

    public void Done(TimeSpan latency) => _latencies.Add(latency);

    public void Desk(int batches, long bytes) => (_mostBatches, _mostBytes) = (Math.Max(_mostBatches, batches), Math.Max(_mostBytes, bytes));

    public ClusterResult Close()
    {
        _latencies.Sort();
        return new ClusterResult
        {
            Captured = Captured,
            Done = _latencies.Count,
            Dropped = Dropped,
            Failed = Failed,
            Died = Died,
            Crops = Crops,
            HandedOff = HandedOff,
            NotDone = NotDone,
            Loads = Loads,
            LatencyP50 = Latency(0.5),
            LatencyP99 = Latency(0.99),
            MostBatches = _mostBatches,
            MostBytes = _mostBytes,
            DirectoryBytes = DirectoryBytes / recipe.Length.TotalSeconds / recipe.Nodes,
            Length = recipe.Length,
        };
    }

    private TimeSpan Latency(double share) =>
        _latencies.Count == 0 ? TimeSpan.Zero : _latencies[Math.Min((int)(share * _latencies.Count), _latencies.Count - 1)];
}
