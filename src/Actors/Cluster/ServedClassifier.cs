using ActorPipeline.Catalog;

namespace ActorPipeline.Cluster;

/// <summary>A classifier of this node that neighbours may have as well.</summary>
/// <param name="Id">What it is called here.</param>
/// <param name="Shared">What neighbours have to agree on.</param>
/// <param name="Width">Pixels across a crop.</param>
/// <param name="Height">Pixels down a crop.</param>
/// <param name="Labels">Labels that it gives a crop at most, of all its heads.</param>
internal sealed record ServedClassifier(ModelId Id, SharedModel Shared, int Width, int Height, int Labels)
{
    /// <summary>How long its load took at the start, when it waited for nothing.</summary>
    public TimeSpan LoadTime { get; init; }
}

/// <summary>This node's classifiers by their own names, and by what neighbours call them. Pure.</summary>
internal sealed class ServedCatalog
{
    private readonly Dictionary<ModelId, ServedClassifier> _byId;
    private readonly Dictionary<SharedModel, ServedClassifier> _byShared = [];

    /// <param name="classifiers">Of two that are the same to neighbours the first stands for both.</param>
    public ServedCatalog(IEnumerable<ServedClassifier> classifiers)
    {
        _byId = classifiers.ToDictionary(c => c.Id);
        foreach (var classifier in _byId.Values) _byShared.TryAdd(classifier.Shared, classifier);
    }

    /// <summary>One with nothing in it.</summary>
    public static ServedCatalog Empty { get; } = new([]);

    /// <summary>All of them; of those that are the same to neighbours one.</summary>
    public IReadOnlyCollection<ServedClassifier> All => _byShared.Values;

    /// <summary>The classifier of this name; null for none.</summary>
    public ServedClassifier? Find(ModelId id) => _byId.GetValueOrDefault(id);

    /// <summary>The classifier that neighbours mean; null for none.</summary>
    public ServedClassifier? Find(SharedModel shared) => _byShared.GetValueOrDefault(shared);
}
