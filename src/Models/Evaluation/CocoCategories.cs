using ActorPipeline.Catalog;

namespace ActorPipeline.Evaluation;

/// <summary>
/// Which class of the model a COCO category is: by its name where the model has labels; else by its place among the categories, whose ids
/// have gaps in COCO's own files (90 ids for 80 classes); else, in a file without categories, the id itself.
/// </summary>
internal sealed class CocoCategories
{
    private readonly Dictionary<int, int>? _classes;

    private CocoCategories(Dictionary<int, int>? classes, string? warning) => (_classes, Warning) = (classes, warning);

    /// <summary>What a person should know of it; null for nothing.</summary>
    public string? Warning { get; }

    /// <summary>Finds it out.</summary>
    /// <param name="categories">The file's categories; null where it has none.</param>
    /// <param name="used">The ids that its annotations have.</param>
    /// <param name="labels">The model's labels.</param>
    /// <exception cref="EvaluationException">A category is used that the model does not know.</exception>
    public static CocoCategories Map(IReadOnlyList<CocoCategory>? categories, IReadOnlySet<int> used, LabelList labels)
    {
        if (categories is not { Count: > 0 }) return new CocoCategories(null, null);
        var ordered = categories.DistinctBy(c => c.Id).OrderBy(c => c.Id).ToArray();
        if (ordered.Length != categories.Count) throw new EvaluationException("two of its categories have the same id");
        var byPlace = ordered.Select((category, place) => (category.Id, place)).ToDictionary(c => c.Id, c => c.place);
        if (labels.Count == 0) return new CocoCategories(byPlace, null);
        var byName = ordered.Where(c => c.Name is not null && labels.IndexOf(c.Name) >= 0).ToDictionary(c => c.Id, c => labels.IndexOf(c.Name!));
        if (used.All(byName.ContainsKey)) return new CocoCategories(byName, null);
        if (byName.Count == 0 && ordered.Length == labels.Count)
            return new CocoCategories(byPlace, $"None of its {ordered.Length} categories has the name of a label: they are taken for the labels in their order.");
        string[] unknown = [.. ordered.Where(c => used.Contains(c.Id) && !byName.ContainsKey(c.Id)).Select(c => $"'{c.Name}' ({c.Id})")];
        // Ids without a category are told apart, with the annotation that has them.
        return unknown.Length == 0 ? new CocoCategories(byName, null)
            : throw new EvaluationException($"its categories {string.Join(", ", unknown.Take(3))}{(unknown.Length > 3 ? $" and {unknown.Length - 3} more" : "")} are none of the model's {labels.Count} labels");
    }

    /// <summary>The class of a category; null where there is none.</summary>
    public int? ClassOf(int category) => _classes is null ? category : _classes.TryGetValue(category, out var index) ? index : null;
}
