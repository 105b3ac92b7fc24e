namespace ActorPipeline.Sources;

/// <summary>Frames that may still be read; sources that take each other's place after an outage share one. One thread at a time.</summary>
/// <param name="frames">Frames in all.</param>
public sealed class FrameAllowance(long frames)
{
    /// <summary>Frames left.</summary>
    public long Left { get; private set; } = frames;

    /// <summary>A frame was read.</summary>
    public void Take() => Left--;
}
