namespace ActorPipeline.Engines.Graph;

/// <summary>What keeps a model from being rewritten.</summary>
internal static class GraphLimits
{
    /// <summary>Why it is left as it is; null where it can be rewritten.</summary>
    public static string? Against(ModelProto model)
    {
        if (ControlFlowIn(model) is { } op) return $"{op} has a graph of its own, which may use any value of the one around it";
        if (model.Functions.Count > 0) return "it brings functions of its own, which follow the version of its operators";
        if (model.Graph.SparseInitializer.Count > 0) return "it keeps sparse weights";
        return model.Graph.QuantizationAnnotation.Count > 0 ? "its annotations name values that a rewrite could remove" : null;
    }

    /// <summary>The operator of a node with a graph inside; null where there is none.</summary>
    public static string? ControlFlowIn(ModelProto model) =>
        model.Graph.Node.FirstOrDefault(n => n.Attribute.Any(a => a.G is not null || a.Graphs.Count > 0))?.OpType;
}
