namespace ActorPipeline.Catalog;

/// <summary>What one load, or the runs of one turn, were seen to need. What was not seen is null and changes nothing.</summary>
public sealed record FootprintObservation
{
    /// <summary>Peak of model memory while it loaded, over what there was before.</summary>
    public Bytes? Load { get; init; }

    /// <summary>Model memory once it was loaded and idle, over what there was before.</summary>
    public Bytes? Resident { get; init; }

    /// <summary>Peak over <see cref="Resident"/> while it ran, on all <see cref="Lanes"/> together.</summary>
    public Bytes? Run { get; init; }

    /// <summary>Lanes that ran it at once when <see cref="Run"/> was seen; at least 1.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>Crops that a run took at most when <see cref="Run"/> was seen; at least 1.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>How long the load took.</summary>
    public TimeSpan? LoadTime { get; init; }
}
