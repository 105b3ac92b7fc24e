using ActorPipeline.Quantization;

namespace ActorPipeline.Tests.Hosting.Configuration;

/// <summary>Forms that a spec registered; remembers who was looked for.</summary>
internal sealed class FakeVariants(params RegisteredVariant[] variants) : IVariantRegistry
{
    public List<(string Model, string Name)> Asked { get; } = [];

    public VariantFinding Find(string modelPath, string name)
    {
        Asked.Add((modelPath, name));
        return variants.FirstOrDefault(v => v.ModelContent == modelPath && v.Name == name) is { } found
            ? new VariantFinding.Found(found)
            : new VariantFinding.Missing($"no form '{name}'; run quantize");
    }
}
