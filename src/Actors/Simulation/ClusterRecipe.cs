namespace ActorPipeline.Simulation;

/// <summary>Which nodes to simulate, and for how long.</summary>
/// <param name="Nodes">How many nodes: 2 to 10,000.</param>
/// <param name="Seed">The same seed gives the same nodes, frames and deaths.</param>
/// <param name="Length">How long frames come.</param>
public sealed record ClusterRecipe(int Nodes, int Seed, TimeSpan Length)
{
    /// <value>Nodes of one site: each knows those of its own, and no others. 2 to 1,000. Default 20.</value>
    public int Site { get; init; } = 20;

    /// <value>Whether crops may be handed over. Default true.</value>
    public bool HandOff { get; init; } = true;

    /// <value>Share of the nodes that die, and come back as new ones after a while. Default 0.02.</value>
    public double Deaths { get; init; } = 0.02;
}
