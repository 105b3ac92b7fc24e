namespace ActorPipeline.Engines.Graph;

/// <summary>Adds initializers to a graph under names that nothing in it has.</summary>
internal sealed class NewInputs(GraphProto graph)
{
    private readonly HashSet<string> _taken = new(graph.Node.SelectMany(n => n.Input.Concat(n.Output))
        .Concat(graph.Initializer.Select(i => i.Name)).Concat(graph.Input.Select(i => i.Name)), StringComparer.Ordinal);

    /// <summary>A name that is free, and from now on taken.</summary>
    public string Name(string wanted)
    {
        var name = wanted;
        for (var i = 1; !_taken.Add(name); i++) name = $"{wanted}_{i}";
        return name;
    }

    /// <summary>Adds a tensor under a free name like its own.</summary>
    /// <returns>The name.</returns>
    public string Add(TensorProto tensor)
    {
        tensor.Name = Name(tensor.Name);
        graph.Initializer.Add(tensor);
        return tensor.Name;
    }
}
