using ActorPipeline.Catalog;
using ActorPipeline.Inference;

namespace ActorPipeline.Hosting;

/// <summary>One form of a model, as its file tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Card">The card of this form alone.</param>
/// <param name="Inspection">What its file tells, with the footprint that it is counted with.</param>
public sealed record InspectedVariant(string Name, ModelCard Card, ModelInspection Inspection);

/// <summary>A model whose files were looked at.</summary>
/// <param name="Card">Its card.</param>
/// <param name="Variants">Its forms in order of preference; at least one. They have one size of input.</param>
public sealed record InspectedModel(ModelCard Card, IReadOnlyList<InspectedVariant> Variants)
{
    /// <summary>Its name.</summary>
    public ModelId Id => Card.Id;

    /// <summary>What is loaded where it fits.</summary>
    public InspectedVariant Preferred => Variants[0];

    /// <summary>Whether there is more than one form.</summary>
    public bool HasChoice => Variants.Count > 1;

    /// <summary>A form's name for people: the model's own for the preferred one.</summary>
    public string TitleOf(InspectedVariant variant) => variant == Preferred ? Id.Value : $"{Id}/{variant.Name}";

    /// <summary>Looks at a model's files.</summary>
    /// <param name="card">The model.</param>
    /// <param name="runtime">Looks.</param>
    /// <param name="store">What was measured; null for nothing.</param>
    /// <param name="lanes">Lanes that may run it at once.</param>
    /// <param name="errors">Gets why it cannot be served.</param>
    /// <returns>Null where there are errors.</returns>
    public static InspectedModel? Of(ModelCard card, IModelRuntime runtime, IFootprintStore? store, int lanes, ICollection<string> errors)
    {
        var variants = new List<InspectedVariant>();
        foreach (var form in card.Variants.Select(card.As).Prepend(card with { Variants = [] }))
        {
            switch (InspectionOutcome.Of(runtime, form))
            {
                case InspectionOutcome.Failed(var reason):
                    errors.Add(reason);
                    continue;
                case InspectionOutcome.Found(var inspection):
                    var name = form.Variant ?? inspection.Precision;
                    var named = form with { Variant = name };
                    if (Fault(card, variants, name, inspection) is { } fault) errors.Add(fault);
                    else variants.Add(Known(name, named, FootprintResolver.Apply(named, inspection, store, lanes)));
                    break;
            }
        }
        return variants.Count == card.Variants.Count + 1 ? new InspectedModel(card, variants) : null;
    }

    /// <summary>With what was measured of it on its card: who runs it has that alone.</summary>
    private static InspectedVariant Known(string name, ModelCard card, ModelInspection inspection) => new(name, card with { Batches = inspection.Batches }, inspection);

    private static string? Fault(ModelCard card, List<InspectedVariant> before, string name, ModelInspection inspection)
    {
        if (before.Any(v => v.Name == name)) return $"model '{card.Id}' has two variants called '{name}'; name the one in its own path with the key variant";
        return before.FirstOrDefault() is { } first && (first.Inspection.InputWidth, first.Inspection.InputHeight) != (inspection.InputWidth, inspection.InputHeight)
            ? $"model '{card.Id}': its variant '{name}' takes pictures of {inspection.InputWidth} x {inspection.InputHeight}, but '{first.Name}' takes {first.Inspection.InputWidth} x {first.Inspection.InputHeight}; variants have one input"
            : null;
    }
}
