namespace ActorPipeline.Memory;

/// <summary>How models that yield are chosen.</summary>
public enum EvictionPolicy
{
    /// <summary>By what loading them again costs, the demand seen and foreseen, and the bytes that become free.</summary>
    Cost,

    /// <summary>Idle ones first, and of those the one that has been without work the longest.</summary>
    Lru,
}
