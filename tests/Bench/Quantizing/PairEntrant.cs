namespace ActorPipeline.Bench.Quantizing;

/// <summary>One way to have the pair, and what its runs came to.</summary>
/// <param name="name">Its name in figures.</param>
/// <param name="job">What a run of it is.</param>
internal sealed class PairEntrant(string name, PairJob job)
{
    private readonly List<PairMeasured> _runs = [];

    /// <summary>Its name in figures.</summary>
    public string Name => name;

    /// <summary>What a run of it is.</summary>
    public PairJob Job => job;

    /// <summary>What its runs came to, round by round.</summary>
    public IReadOnlyList<PairMeasured> Runs => _runs;

    /// <summary>Frames a second, round by round.</summary>
    public double[] Rates => [.. _runs.Select(r => r.Result.Rate)];

    /// <summary>Milliseconds of processor time a frame, round by round: what others do on the machine hardly shows in it.</summary>
    public double[] CpuMs => [.. _runs.Select(r => r.Result.CpuMs)];

    /// <summary>Peaks of the whole process, round by round, in bytes.</summary>
    public double[] Peaks => [.. _runs.Select(r => (double)r.Peak.Count)];

    /// <summary>Runs it once more.</summary>
    public void Run()
    {
        var run = PairProcess.Run(job);
        _runs.Add(run);
        Console.Error.WriteLine($"  {name}: {run.Result.Rate:0.0} frames/s, {run.Result.CpuMs:0.0} ms of processor time and {run.Result.Crops:0.0} crops a frame, {run.Anonymous} anonymous and {run.Pages} of files at the peak, {run.Result.Loads} loads");
    }
}
