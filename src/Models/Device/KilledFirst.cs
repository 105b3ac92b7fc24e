namespace ActorPipeline.Device;

/// <summary>Who goes first where the machine runs out of memory.</summary>
public static class KilledFirst
{
    /// <summary>
    /// Asks the kernel to kill this process before any other: what a worker does can be done again, and the cameras' process beside it
    /// must not go for its sake. Does nothing where there is no such kernel.
    /// </summary>
    /// <returns>Whether the kernel took it.</returns>
    public static bool Ask()
    {
        try
        {
            File.WriteAllBytes("/proc/self/oom_score_adj", "1000"u8);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
