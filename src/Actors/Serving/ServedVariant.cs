using ActorPipeline.Catalog;
using ActorPipeline.Memory;

namespace ActorPipeline.Serving;

/// <summary>One form in which a model is served.</summary>
/// <param name="Card">What is loaded.</param>
/// <param name="Lease">What it needs, under its name.</param>
internal sealed record ServedVariant(ModelCard Card, LeaseVariant Lease)
{
    /// <summary>Its name.</summary>
    public string Name => Lease.Name;
}
