using ActorPipeline.Catalog;

namespace ActorPipeline.Quantization;

/// <summary>Knows the forms of models that were quantised here.</summary>
public interface IVariantRegistry
{
    /// <summary>Looks for a form of a model; blocks while it reads both files.</summary>
    /// <param name="card">The model that it was made from, in the form of its own path.</param>
    /// <param name="name">What the form is called.</param>
    VariantFinding Find(ModelCard card, string name);
}

/// <summary>What came of looking for a form.</summary>
public abstract record VariantFinding
{
    private VariantFinding()
    {
    }

    /// <summary>It is there, and as it was made.</summary>
    public sealed record Found(RegisteredVariant Variant) : VariantFinding
    {
        /// <summary>What a person should know of it; null for nothing.</summary>
        public string? Warning { get; init; }
    }

    /// <summary>It cannot be used.</summary>
    /// <param name="Why">Why, and what to do; for people.</param>
    public sealed record Missing(string Why) : VariantFinding;
}
