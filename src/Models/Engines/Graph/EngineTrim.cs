namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Takes out of a model that ONNX Runtime optimised and wrote what is read at each load and used by none: the shapes of all values inside,
/// which it finds again by itself, the nodes' names, and the domains that no node is of. Its weights may lie in a file beside it.
/// </summary>
internal static class EngineTrim
{
    /// <summary>Trims a model.</summary>
    /// <param name="model">Changed; one with graphs inside its nodes is left as it is.</param>
    public static void Apply(ModelProto model)
    {
        if (GraphLimits.Against(model) is not null) return;
        model.Graph.ValueInfo.Clear();
        foreach (var node in model.Graph.Node) node.ClearName();
        var used = model.Graph.Node.Select(n => n.Domain).ToHashSet(StringComparer.Ordinal);
        var kept = model.OpsetImport.Where(o => Nodes.IsDefault(o.Domain) || used.Contains(o.Domain)).ToArray();
        model.OpsetImport.Clear();
        model.OpsetImport.Add(kept);
    }
}
