namespace ActorPipeline.Device;

/// <summary>placeholder until merged.</summary>
public static class NativeHeap
{
    /// <summary>placeholder.</summary>
    public static void Trim()
    {
    }
}
