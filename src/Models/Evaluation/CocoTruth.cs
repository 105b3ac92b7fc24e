using ActorPipeline.Catalog;
using ActorPipeline.Vision;

namespace ActorPipeline.Evaluation;

/// <summary>What the pictures of a set show, from a COCO annotation file.</summary>
internal sealed class CocoTruth
{
    private CocoTruth(Dictionary<string, IReadOnlyList<TruthBox>> boxes, IReadOnlyList<string> warnings) => (Boxes, Warnings) = (boxes, warnings);

    /// <summary>The objects of each picture that the file lists, by the picture's name in the set; none for one without objects.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<TruthBox>> Boxes { get; }

    /// <summary>What a person should know: pictures that only one of the two has, categories that were guessed.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>
    /// Reads a file. It may list more pictures than the set has (a set is often a part of a public one), and the set may have pictures that
    /// it does not list: both are left out, with a warning.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="pictures">The set's names.</param>
    /// <param name="labels">The model's labels.</param>
    /// <exception cref="EvaluationException">
    /// It cannot be read or is none; an annotation is of no picture in it, of no class of the model, or has no box; or it lists no picture of the set.
    /// </exception>
    public static CocoTruth Read(string path, IReadOnlyList<string> pictures, LabelList labels)
    {
        var file = CocoFile.Load(path);
        try
        {
            return Read(file, path, pictures, labels);
        }
        catch (EvaluationException e)
        {
            throw new EvaluationException($"Truth file '{path}' does not do: {e.Message}.", e);
        }
    }

    private static CocoTruth Read(CocoFile file, string path, IReadOnlyList<string> pictures, LabelList labels)
    {
        var names = new PictureNames(pictures);
        var listed = new Dictionary<long, string?>();
        var boxes = new Dictionary<string, IReadOnlyList<TruthBox>>();
        foreach (var image in file.Images!)
        {
            var name = names.Find(image.FileName);
            if (!listed.TryAdd(image.Id, name)) throw new EvaluationException($"two of its images have the id {image.Id}");
            if (name is not null && !boxes.TryAdd(name, new List<TruthBox>())) throw new EvaluationException($"it lists picture '{name}' twice");
        }
        if (boxes.Count == 0) throw new EvaluationException($"none of its {listed.Count} images is one of the {pictures.Count} pictures");
        var categories = CocoCategories.Map(file.Categories, file.Annotations!.Select(a => a.CategoryId).ToHashSet(), labels);
        for (var i = 0; i < file.Annotations!.Count; i++)
        {
            var annotation = file.Annotations[i];
            if (!listed.TryGetValue(annotation.ImageId, out var name)) throw new EvaluationException($"annotation {i + 1} is of image {annotation.ImageId}, which it does not list");
            var box = Box(annotation, i + 1, categories, labels);
            if (name is not null) ((List<TruthBox>)boxes[name]).Add(box);
        }
        if (boxes.Values.All(b => b.All(o => o.Crowd))) throw new EvaluationException("it has no object in any of the pictures");
        return new CocoTruth(boxes, [.. Warn(path, listed, pictures.Count - boxes.Count, categories)]);
    }

    private static TruthBox Box(CocoAnnotation annotation, int number, CocoCategories categories, LabelList labels)
    {
        if (categories.ClassOf(annotation.CategoryId) is not { } index || index < 0 || (labels.Count > 0 && index >= labels.Count))
            throw new EvaluationException($"annotation {number} is of category {annotation.CategoryId}, which is no class of the model");
        if (annotation.Box is not [var left, var top, var width, var height] || !annotation.Box.All(float.IsFinite) || width < 0 || height < 0)
            throw new EvaluationException($"annotation {number} has no box of left, top, width and height");
        return new TruthBox(index, new BoundingBox(left, top, left + width, top + height), annotation.Crowd != 0);
    }

    private static IEnumerable<string> Warn(string path, Dictionary<long, string?> listed, int unlabelled, CocoCategories categories)
    {
        if (categories.Warning is { } guessed) yield return $"Truth file '{path}': {guessed}";
        if (unlabelled > 0) yield return $"{unlabelled} of the pictures are not in truth file '{path}' and are left out.";
        if (listed.Values.Count(name => name is null) is > 0 and var absent) yield return $"{absent} of the {listed.Count} images of truth file '{path}' are not among the pictures and are left out.";
    }
}
