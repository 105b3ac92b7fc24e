using ActorPipeline.Catalog;

namespace ActorPipeline.Memory;

/// <summary>What a new incarnation of the supervisor is told of the time before it.</summary>
/// <param name="Epoch">Which incarnation it is; the first is 1.</param>
/// <param name="Standing">Charges beside leases that go on: buffers, fixed cost.</param>
/// <param name="Models">Every model that may hold a lease, with its largest footprint: charged that until it says what it holds or is seen dead.</param>
internal sealed record SupervisorLegacy(long Epoch, IReadOnlyList<Charge> Standing, IReadOnlyDictionary<ModelId, Footprint> Models)
{
    /// <summary>The first incarnation's.</summary>
    public static readonly SupervisorLegacy None = new(1, [], new Dictionary<ModelId, Footprint>());
}
