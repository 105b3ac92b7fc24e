using System.Globalization;
using ActorPipeline.Catalog;

namespace ActorPipeline.Evaluation;

/// <summary>Finds a class by what a list calls it: by its label, or by its number.</summary>
/// <param name="labels">The model's labels; may be none.</param>
/// <param name="classes">Classes that the model has.</param>
internal sealed class ClassNames(LabelList labels, int classes)
{
    private readonly Dictionary<string, int> _byName = Enumerable.Range(0, Math.Min(labels.Count, classes))
        .GroupBy(i => labels[i], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count() == 1 ? g.Single() : Ambiguous, StringComparer.Ordinal);

    /// <summary>What <see cref="Find"/> gives for a label that several classes have.</summary>
    public const int Ambiguous = -2;

    /// <summary>The class; -1 for none, <see cref="Ambiguous"/> for several.</summary>
    public int Find(string given)
    {
        if (_byName.TryGetValue(given, out var named)) return named;
        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < classes ? number : -1;
    }

    /// <summary>Why a name is no class, for people.</summary>
    public string Fault(string given) => Find(given) == Ambiguous
        ? $"'{given}' is the label of several classes: give the class's number"
        : $"'{given}' is neither a label of the model nor a number from 0 to {classes - 1}";
}
