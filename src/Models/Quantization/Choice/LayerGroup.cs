using ActorPipeline.Engines.Graph;

namespace ActorPipeline.Quantization;

/// <summary>Layers that are chosen together: one, or the two of a squeeze-excite branch, which make one gate.</summary>
/// <param name="Name">For people.</param>
/// <param name="Layers">In the graph's order.</param>
internal sealed record LayerGroup(string Name, IReadOnlyList<Layer> Layers)
{
    /// <summary>Groups a graph's layers.</summary>
    public static IReadOnlyList<LayerGroup> AllOf(GraphView view)
    {
        var groups = new List<LayerGroup>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var layers = Layer.AllOf(view);
        foreach (var layer in layers)
        {
            if (!taken.Add(layer.Output)) continue;
            if (view.ProducerOf(layer.Node.Input[0], "GlobalAveragePool") is not null && SecondOf(layer, layers, view) is { } second && taken.Add(second.Output))
                groups.Add(new LayerGroup($"squeeze-excite {layer.Name}", [layer, second]));
            else groups.Add(new LayerGroup(layer.Name, [layer]));
        }
        return groups;
    }

    /// <summary>The groups that take the picture; and these with those that take what comes of them. None where no layer takes the picture.</summary>
    public static IReadOnlyList<IReadOnlyList<LayerGroup>> EntrancesOf(IReadOnlyList<LayerGroup> groups, GraphView view)
    {
        LayerGroup[] first = [.. Behind(view.Graph.Input.Select(i => i.Name))];
        LayerGroup[] next = [.. Behind(first.SelectMany(g => g.Layers).Select(l => l.Output)).Except(first)];
        return first.Length == 0 ? [] : next.Length == 0 ? [first] : [first, [.. first, .. next]];

        // The first layers on the way from some values, whatever else lies on it.
        HashSet<LayerGroup> Behind(IEnumerable<string> values)
        {
            var found = new HashSet<LayerGroup>();
            var (open, seen) = (new Queue<string>(values), new HashSet<string>(StringComparer.Ordinal));
            while (open.TryDequeue(out var value))
            {
                foreach (var user in view.UsersOf(value))
                {
                    if (groups.FirstOrDefault(g => g.Layers.Any(l => l.Output == user.Output[0])) is { } group) found.Add(group);
                    else foreach (var output in user.Output.Where(seen.Add)) open.Enqueue(output);
                }
            }
            return found;
        }
    }

    private static Layer? SecondOf(Layer first, IReadOnlyList<Layer> layers, GraphView view)
    {
        var value = first.Output;
        if (view.OnlyUserOf(value) is { } activation && activation.OpType is "Relu" or "HardSwish") value = view.OnlyUserOf(value)!.Output[0];
        return view.OnlyUserOf(value) is { } next ? layers.FirstOrDefault(l => ReferenceEquals(l.Node, next)) : null;
    }
}
