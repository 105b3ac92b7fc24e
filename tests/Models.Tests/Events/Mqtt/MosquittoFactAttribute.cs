namespace ActorPipeline.Events.Mqtt;

/// <summary>A spec that starts a real broker; skipped where none is installed.</summary>
internal sealed class MosquittoFactAttribute : FactAttribute
{
    public MosquittoFactAttribute()
    {
        if (Mosquitto.Program is null) Skip = "needs Debian's package mosquitto";
    }
}
