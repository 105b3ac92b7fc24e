using System.Numerics;

namespace ActorPipeline.Pipeline;

/// <summary>Some of a pipeline's sinks, by their numbers; a value, because every frame has one.</summary>
internal readonly record struct SinkSet(uint Bits)
{
    /// <summary>Sinks that a pipeline can have.</summary>
    public const int Most = 31;

    /// <summary>None.</summary>
    public static SinkSet None => default;

    public bool IsEmpty => Bits == 0;

    public int Count => BitOperations.PopCount(Bits);

    public bool Contains(int sink) => (Bits & (1u << sink)) != 0;

    public SinkSet With(int sink) => new(Bits | (1u << sink));

    public SinkSet Without(int sink) => new(Bits & ~(1u << sink));

    public SinkSet With(SinkSet others) => new(Bits | others.Bits);
}
