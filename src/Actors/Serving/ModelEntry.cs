using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;
using Akka.Actor;

namespace ActorPipeline.Serving;

/// <summary>What the board knows of one model.</summary>
internal sealed class ModelEntry(ModelId id)
{
    private readonly Dictionary<PipelineId, ServingProtocol.Foreseen> _foreseen = [];

    public ModelId Id { get; } = id;

    /// <summary>Who stands for it; null before it has announced itself.</summary>
    public IActorRef? Actor { get; set; }

    /// <summary>Where work runs; null while it is not ready.</summary>
    public ILoadedModel? Session { get; set; }

    /// <summary>How much of what waits it takes at once; null for a model that takes one at a time.</summary>
    public BatchPolicy? Batching { get; set; }

    /// <summary>Which variant <see cref="Session"/> is; null where there is one only.</summary>
    public string? Variant { get; set; }

    /// <summary>How <see cref="Session"/> came into memory; null where nobody knows.</summary>
    public LeaseTimes? Lease { get; set; }

    /// <summary>Whether it has been told that there is work, since it was last ready.</summary>
    public bool Demanded { get; set; }

    /// <summary>Whether its actor waits for <see cref="ServingProtocol.ModelDrained"/>.</summary>
    public bool Draining { get; set; }

    /// <summary>Its runs failed one after the other, and its actor was told; no more is handed out until it is loaded anew.</summary>
    public bool Failing { get; set; }

    /// <summary>Why it will not come any more; null while it may.</summary>
    public string? Unavailable { get; set; }

    /// <summary>Runs that go on now, lost lanes' not counted.</summary>
    public int Running { get; set; }

    /// <summary>Runs that went well since it became ready.</summary>
    public long CompletedRuns { get; set; }

    /// <summary>Failures since the last run that went well.</summary>
    public int FailuresInARow { get; set; }

    /// <summary>The last report of demand; null before the first.</summary>
    public Memory.MemoryProtocol.ReportDemand? Reported { get; set; }

    /// <summary>Who wants a copy of what it is done with next, and where it goes; null for nobody.</summary>
    public (IActorRef For, PixelBuffer Into)? Sampler { get; set; }

    public bool Ready => Session is not null && !Draining && !Failing;

    public void Foresee(ServingProtocol.Foreseen foreseen) => _foreseen[foreseen.Pipeline] = foreseen;

    public void Forget(PipelineId pipeline) => _foreseen.Remove(pipeline);

    /// <summary>Frames that can still reach it: those behind a model that is not ready do not count.</summary>
    public int Foreseen(Func<ModelId, bool> ready)
    {
        var count = 0;
        foreach (var foreseen in _foreseen.Values) count += foreseen.Via is not { } via || ready(via) ? foreseen.Count : 0;
        return count;
    }
}
