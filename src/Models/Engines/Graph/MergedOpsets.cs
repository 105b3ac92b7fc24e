namespace ActorPipeline.Engines.Graph;

/// <summary>Brings several models to one version of each domain's operators.</summary>
internal static class MergedOpsets
{
    /// <summary>Raises those that are behind in ONNX's own operators.</summary>
    /// <param name="names">What the models are called.</param>
    /// <param name="models">Changed.</param>
    /// <param name="imports">The versions that all of them follow then.</param>
    /// <returns>Why there are none; null where there are.</returns>
    public static string? Align(IReadOnlyList<string> names, IReadOnlyList<ModelProto> models, out IReadOnlyList<OperatorSetIdProto> imports)
    {
        imports = [];
        var versions = models.Select(OpsetRaise.VersionOf).ToArray();
        var target = versions.Max();
        if (versions.Any(v => v != target))
        {
            target = Math.Max(target, OpsetRaise.Lowest);
            for (var i = 0; i < models.Count; i++)
            {
                if (target > OpsetRaise.Highest && versions[i] != target)
                    return $"'{names[i]}' follows version {versions[i]} of ONNX's operators, another follows {target}, and none is raised beyond {OpsetRaise.Highest}.";
                if (versions[i] != target && !OpsetRaise.TryRaise(models[i], target, out var why))
                    return $"'{names[i]}' cannot be raised to version {target} of ONNX's operators: {why}.";
            }
        }
        var others = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (domain, version) in models.SelectMany(m => m.OpsetImport).Where(o => !Nodes.IsDefault(o.Domain)).Select(o => (o.Domain, o.Version)))
        {
            var isUsed = models.Any(m => m.Graph.Node.Any(n => n.Domain == domain));
            if (isUsed && others.TryGetValue(domain, out var other) && other != version) return $"they follow versions {other} and {version} of the operators of {domain}.";
            others[domain] = Math.Max(version, others.GetValueOrDefault(domain));
        }
        imports = [new OperatorSetIdProto { Domain = "", Version = target }, .. others.Select(o => new OperatorSetIdProto { Domain = o.Key, Version = o.Value })];
        return null;
    }
}
