using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>
/// A model in memory. Several lanes may run it at once, each under a number of its own; it counts its runs.
/// After <see cref="IDisposable.Dispose"/> no run starts, and the last one out frees the native session.
/// </summary>
public interface ILoadedModel : IDisposable
{
    /// <summary>The card it was loaded from.</summary>
    ModelCard Card { get; }

    /// <summary>What the load found.</summary>
    LoadReport Report { get; }

    /// <summary>Runs going on now.</summary>
    int ActiveRuns { get; }

    /// <summary>Ends the lane's present run soon with <see cref="RunTerminatedException"/>; nothing where it runs nothing. Any thread.</summary>
    void Terminate(int lane);

    /// <summary>Frees the lane's tensors; it must not be running.</summary>
    void CloseLane(int lane);
}
