namespace ActorPipeline.Quantization;

/// <summary>
/// Joins islands: a few quantised layers between float ones cost two changes of form, which may be more than their integers save.
/// </summary>
internal static class FloatBridges
{
    /// <summary>Lengths that are tried.</summary>
    public static readonly IReadOnlyList<int> Lengths = [1, 3, 6];

    /// <summary>The quantised groups that stand between two float ones, at most so many in a row.</summary>
    /// <param name="groups">All, in the graph's order.</param>
    /// <param name="floats">Those left float.</param>
    /// <param name="length">How many in a row at most.</param>
    public static IReadOnlyList<LayerGroup> Of(IReadOnlyList<LayerGroup> groups, IReadOnlyList<LayerGroup> floats, int length)
    {
        var isFloat = floats.ToHashSet();
        var (bridges, run) = (new List<LayerGroup>(), new List<LayerGroup>());
        var after = false;
        foreach (var group in groups)
        {
            if (!isFloat.Contains(group))
            {
                run.Add(group);
                continue;
            }
            if (after && run.Count <= length) bridges.AddRange(run);
            run.Clear();
            after = true;
        }
        return bridges;
    }
}
