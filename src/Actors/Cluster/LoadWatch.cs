using ActorPipeline.Catalog;
using ActorPipeline.Serving;

namespace ActorPipeline.Cluster;

/// <summary>Learns from models' changes how long it takes from the wish for one until it is in memory. Pure.</summary>
internal sealed class LoadWatch(LocalTimes times)
{
    private readonly Dictionary<ModelId, TimeSpan> _wanted = [];

    /// <summary>A model's state changed.</summary>
    /// <param name="change">What it is now.</param>
    /// <param name="shared">What neighbours call it; null where it is not shared.</param>
    public void Changed(ModelStateChanged change, SharedModel? shared)
    {
        // A probe waits for nobody.
        if (change.Probe || shared is not { } model) return;
        switch (change.State)
        {
            case ModelState.AwaitingLease:
                _wanted.TryAdd(change.Model, change.At);
                break;
            case ModelState.Ready:
                if (_wanted.Remove(change.Model, out var since) && change.At >= since) times.Loaded(model, change.At - since);
                break;
            case ModelState.Loading or ModelState.BackingOff:
                break;
            default:
                _wanted.Remove(change.Model);
                break;
        }
    }
}
