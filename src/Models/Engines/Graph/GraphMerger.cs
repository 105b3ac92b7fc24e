namespace ActorPipeline.Engines.Graph;

/// <summary>
/// Merges models that take the same input and begin with the same computation (same operators, attributes and bytes of weights, whatever
/// they are called) into one that does it once and has the outputs of all.
/// </summary>
internal static class GraphMerger
{
    /// <summary>What one file can hold, less some room for all that is not weights.</summary>
    private const long MostBytes = int.MaxValue - (64 << 20);

    /// <summary>Merges models; they are not changed.</summary>
    /// <param name="sources">Two or more, of different names.</param>
    public static MergeOutcome Merge(IReadOnlyList<MergeSource> sources)
    {
        if (sources.Count < 2) return new MergeOutcome.Refused("there is one model alone.");
        if (sources.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return new MergeOutcome.Refused($"two models are named '{twice.Key}'.");
        foreach (var source in sources)
            if (GraphLimits.Against(source.Model) is { } limit) return new MergeOutcome.Refused($"'{source.Name}' is not rewritten: {limit}.");
        if (sources.Sum(s => s.Model.Graph.Initializer.Sum(i => (long)i.RawData.Length)) >= MostBytes)
            return new MergeOutcome.Refused("together they are of 2 GiB and more, which no single file of the format holds.");
        var models = sources.Select(s => Plain(s.Model)).ToArray();
        for (var i = 1; i < models.Length; i++)
            if (DifferenceOfInputs(models[0].Graph, models[i].Graph) is { } other) return new MergeOutcome.Refused($"'{sources[i].Name}' takes another input than '{sources[0].Name}': {other}.");
        if (MergedOpsets.Align([.. sources.Select(s => s.Name)], models, out var imports) is { } versions) return new MergeOutcome.Refused(versions);
        var union = new GraphUnion();
        for (var i = 0; i < models.Length; i++)
        {
            if (OutOfOrder(models[i].Graph) is { } value) return new MergeOutcome.Refused($"'{sources[i].Name}' takes '{value}' before anything gives it.");
            union.Add(models[i].Graph);
        }
        for (var i = 0; i < models.Length; i++)
            if (!union.SharesAnything(i)) return new MergeOutcome.Refused($"'{sources[i].Name}' begins with nothing that another does.");
        var (graph, outputs) = union.Write([.. sources.Select(s => s.Name)]);
        var model = new ModelProto { IrVersion = Math.Max(4, models.Max(m => m.IrVersion)), ProducerName = models[0].ProducerName, Graph = graph, OpsetImport = { imports } };
        new DropUnused().Apply(model);
        return new MergeOutcome.Merged(model, outputs, union.SharedNodes, union.SharedBytes);
    }

    /// <summary>Constants are initializers, and those are no inputs: the same model then looks the same whoever exported it.</summary>
    private static ModelProto Plain(ModelProto original)
    {
        var model = original.Clone();
        new StripInitializerInputs().Apply(model);
        new ConstantsToInitializers().Apply(model);
        return model;
    }

    private static string? OutOfOrder(GraphProto graph)
    {
        var given = graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(i => i.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Node)
        {
            if (node.Input.FirstOrDefault(i => i.Length > 0 && !given.Contains(i)) is { } missing) return missing;
            given.UnionWith(node.Output);
        }
        return graph.Output.FirstOrDefault(o => !given.Contains(o.Name))?.Name;
    }

    private static string? DifferenceOfInputs(GraphProto one, GraphProto other)
    {
        var (first, second) = (one.Input.Select(Describe).ToArray(), other.Input.Select(Describe).ToArray());
        return first.SequenceEqual(second, StringComparer.Ordinal) ? null : $"{string.Join(", ", second)} instead of {string.Join(", ", first)}";
    }

    // What a free dimension is called says nothing.
    private static string Describe(ValueInfoProto input) => input.Type?.TensorType is not { } tensor ? "no tensor"
        : $"type {tensor.ElemType} [{string.Join(",", tensor.Shape?.Dim.Select(d => d.HasDimValue ? $"{d.DimValue}" : "?") ?? ["unknown"])}]";
}
