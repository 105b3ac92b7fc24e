namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Brings a model to a newer version of ONNX's own operators. Only what <see cref="OpsetTable"/> knows to mean the same is raised, all or
/// nothing; operators of other domains have versions of their own and stay as they are.
/// </summary>
internal static class OpsetRaise
{
    /// <summary>The versions it can raise to.</summary>
    public const long Lowest = 13, Highest = 17;

    /// <summary>The model's version of ONNX's own operators; 0 where it names none.</summary>
    public static long VersionOf(ModelProto model) => model.OpsetImport.FirstOrDefault(o => Nodes.IsDefault(o.Domain))?.Version ?? 0;

    /// <summary>Raises a model; leaves it untouched where it cannot be.</summary>
    /// <param name="model">No control flow and no functions.</param>
    /// <param name="target">From <see cref="Lowest"/> to <see cref="Highest"/>.</param>
    /// <param name="why">What stands against it.</param>
    public static bool TryRaise(ModelProto model, long target, out string why)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(target, Lowest);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target, Highest);
        var import = model.OpsetImport.FirstOrDefault(o => Nodes.IsDefault(o.Domain));
        why = "";
        if (import is null) why = "it names no version of ONNX's operators";
        else if (import.Version > target) why = $"its operators are of version {import.Version}, which is newer than {target}";
        if (why.Length > 0) return false;
        if (import!.Version == target) return true;
        var view = new GraphView(model.Graph);
        foreach (var node in model.Graph.Node)
        {
            if (!Nodes.IsDefault(node.Domain) || OpsetTable.Allows(node, import.Version, view)) continue;
            why = $"{node.OpType} of version {import.Version} is not known to mean the same in version {target}";
            return false;
        }
        var inputs = new NewInputs(model.Graph);
        foreach (var node in model.Graph.Node)
            if (Nodes.IsDefault(node.Domain)) OpsetTable.Convert(node, import.Version, inputs);
        import.Version = target;
        // Version 7 of the format is the one that versions 12 to 14 of the operators came with, 8 that of 15 to 17.
        model.IrVersion = Math.Max(model.IrVersion, target < 15 ? 7 : 8);
        return true;
    }
}
