using ActorPipeline.Catalog;
using ActorPipeline.Vision;

namespace ActorPipeline.Pipeline;

/// <summary>Which classifier looks at which objects, by the detector's class of them, and which waits for another. Pure.</summary>
/// <param name="classifiers">The pipeline's.</param>
/// <param name="classes">Names of the detector's classes.</param>
internal sealed class CropRouting(IReadOnlyList<PipelineClassifier> classifiers, LabelList classes)
{
    /// <summary>A crop is upside down where its classifier is at least so sure of it.</summary>
    public const float Sure = 0.9f;

    private readonly HashSet<int>?[] _wanted =
        [.. classifiers.Select(c => c.Use.Classes.Count == 0 ? null : c.Use.Classes.Select(classes.IndexOf).ToHashSet())];

    private readonly int[] _waitsFor = [.. classifiers.Select(c => c.Use.Upright is { } first ? IndexOf(classifiers, first) : -1)];

    /// <summary>Whether a classifier looks at objects of a class.</summary>
    public bool Wants(int classifier, int classIndex) => _wanted[classifier]?.Contains(classIndex) != false;

    /// <summary>Whether any does.</summary>
    public bool IsWanted(int classIndex)
    {
        for (var i = 0; i < _wanted.Length; i++)
            if (Wants(i, classIndex)) return true;
        return false;
    }

    /// <summary>The classifier that says which way up this one's crops are; -1 for none.</summary>
    public int WaitsFor(int classifier) => _waitsFor[classifier];

    /// <summary>Whether a classifier of which way up crops are calls one upside down: its second class is the best, and it is sure.</summary>
    public static bool IsUpsideDown(ReadOnlySpan<Classification> labels) => labels is [{ ClassIndex: 1, Score: >= Sure }, ..];

    private static int IndexOf(IReadOnlyList<PipelineClassifier> classifiers, ModelId model)
    {
        for (var i = 0; i < classifiers.Count; i++)
            if (classifiers[i].Model == model) return i;
        return -1;
    }
}
