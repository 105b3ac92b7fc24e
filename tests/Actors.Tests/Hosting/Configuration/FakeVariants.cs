using ActorPipeline.Catalog;
using ActorPipeline.Quantization;

namespace ActorPipeline.Tests.Hosting.Configuration;

/// <summary>Forms that a spec registered; remembers who was looked for.</summary>
internal sealed class FakeVariants(params RegisteredVariant[] variants) : IVariantRegistry
{
    public List<(string Model, string Name)> Asked { get; } = [];

    /// <summary>What is warned of all forms.</summary>
    public string? Warning { get; init; }

    /// <summary>The card that a form was looked for last.</summary>
    public ModelCard? Last { get; private set; }

    public VariantFinding Find(ModelCard card, string name)
    {
        Last = card;
        Asked.Add((card.Path, name));
        return variants.FirstOrDefault(v => v.ModelContent == card.Path && v.Name == name) is { } found
            ? new VariantFinding.Found(found) { Warning = Warning }
            : new VariantFinding.Missing($"no form '{name}'; run quantize");
    }
}
