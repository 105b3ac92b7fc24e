namespace ActorPipeline.Simulation;

/// <summary>
/// Plays many nodes in virtual time: simulated boxes and wires under the real directory, policy, credit and ledgers of the cluster. The
/// same recipe gives the same result; with and without hand-off the cameras see the same.
/// </summary>
public static class ClusterSimulator
{
    /// <summary>Until others notice that a node is dead: what the failure detector and the resolver of the cluster take together.</summary>
    private static readonly TimeSpan NoticedAfter = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan BackAfter = TimeSpan.FromSeconds(12);

    /// <summary>Plays it to its end.</summary>
    public static ClusterResult Run(ClusterRecipe recipe)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(recipe.Nodes, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(recipe.Nodes, 10_000);
        var random = new Random(recipe.Seed);
        var world = new ClusterWorld(recipe, [.. Enumerable.Range(0, recipe.Nodes).Select(i => NodeMake.Draw(i, random))]);
        for (var i = 0; i < recipe.Nodes; i++)
        {
            Begin(world, i, incarnation: random.Next());
            if (random.NextDouble() < recipe.Deaths) Plan(world, i, recipe.Length * random.NextDouble(), next: random.Next());
        }
        world.Play();
        return world.Books.Close();
    }

    private static void Begin(ClusterWorld world, int number, int incarnation)
    {
        var node = new SimulatedNode(world, number, incarnation);
        world[number] = node;
        // Not all in the same moment.
        world.At(world.Now + TimeSpan.FromMilliseconds(number % 100), node, node.Start);
    }

    private static void Plan(ClusterWorld world, int number, TimeSpan at, int next) => world.At(at, () =>
    {
        var life = world[number]!;
        life.Die();
        world.At(world.Now + NoticedAfter, () =>
        {
            foreach (var other in world.Site(number))
                if (world[other] is { IsDead: false } node) node.Gateway.Lost(life.Key);
        });
        if (at + BackAfter < world.Recipe.Length) world.At(at + BackAfter, () => Begin(world, number, next));
    });
}
