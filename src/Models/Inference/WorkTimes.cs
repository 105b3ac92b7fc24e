namespace ActorPipeline.Inference;

/// <summary>When a piece of work got on its way, for a frame that is traced. Whoever has the work writes it; it is read when the work was answered. Times are of the actors' clock.</summary>
public sealed class WorkTimes
{
    /// <summary>When a lane first began with a part of it; null while none has, and where another node did it.</summary>
    public TimeSpan? Started { get; private set; }

    /// <summary>When a lane was last through with a part of it; null before.</summary>
    public TimeSpan? Ended { get; set; }

    /// <summary>How its model came into memory, the last time before it was started; null where nobody knows.</summary>
    public LeaseTimes? Lease { get; private set; }

    /// <summary>A lane begins with a part of it; the first counts.</summary>
    /// <param name="now">When.</param>
    /// <param name="lease">How its model came into memory.</param>
    public void Start(TimeSpan now, LeaseTimes? lease)
    {
        if (Started is null) (Started, Lease) = (now, lease);
    }
}
