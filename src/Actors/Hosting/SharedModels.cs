using System.Security.Cryptography;
using System.Text;
using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Inference;
using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting;

/// <summary>What of a configuration's models neighbours may use, and have to agree on: the same bytes read in the same way, and the same names for what is found. Pure.</summary>
internal static class SharedModels
{
    /// <summary>Classifiers whose content has a name; detectors look at frames, which do not travel.</summary>
    /// <param name="models">What is served.</param>
    /// <param name="probes">What the load of each found out at the start.</param>
    public static ServedCatalog Of(IReadOnlyDictionary<ModelId, InspectedModel> models, IReadOnlyDictionary<ModelId, LoadReport> probes)
    {
        var served = new List<ServedClassifier>();
        foreach (var (id, model) in models)
        {
            if (model.Card.IsDetector || !probes.TryGetValue(id, out var report)) continue;
            var contents = model.Variants.Select(v => v.Inspection.ContentHash).ToArray();
            // What has no name cannot be compared.
            if (contents.Any(content => content is null)) continue;
            served.Add(new ServedClassifier(
                id, new SharedModel(Hash([.. contents, .. Parts(model.Card).Select(RegisteredVariant.InputOf)]), Hash(Names(report))),
                report.InputWidth, report.InputHeight, model.Card.LabelsEach) { LoadTime = report.LoadTime });
        }
        return new ServedCatalog(served);
    }

    private static IReadOnlyList<ModelCard> Parts(ModelCard card) => card.Merged.Count == 0 ? [card] : card.Merged;

    /// <summary>Its classes' names, head after head.</summary>
    private static IEnumerable<string> Names(LoadReport report) =>
        report.Heads.Count == 0 ? Names(report.Labels, report.Classes) : report.Heads.SelectMany(head => Names(head.Labels, head.Classes).Append(""));

    private static IEnumerable<string> Names(LabelList labels, int classes) => Enumerable.Range(0, classes).Select(i => labels[i]);

    private static string Hash(IEnumerable<string?> lines) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))));
}
