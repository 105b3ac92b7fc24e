namespace ActorPipeline.Bench.Chain;

/// <summary>One way to run the chain.</summary>
/// <param name="Name">Its figure is NAME_fps.</param>
/// <param name="What">What it is, for people.</param>
/// <param name="Run">Runs so many frames of the street and gives frames a second.</param>
/// <param name="Share">The share of a round's frames that it runs: slow ones do fewer.</param>
internal sealed record Entrant(string Name, string What, Func<int, Task<double>> Run, double Share = 1)
{
    // Fewer frames than this are mostly start and end.
    private const int Fewest = 20;

    /// <summary>Runs its share of a round.</summary>
    public Task<double> RunAsync(int frames) => Run(Math.Max((int)(frames * Share), Fewest));
}
