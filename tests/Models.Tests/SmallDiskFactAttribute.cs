namespace ActorPipeline;

/// <summary>A spec that needs a disk that it can fill.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (SmallDisk.Missing is { } missing) Skip = missing;
    }
}
