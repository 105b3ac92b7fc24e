namespace ActorPipeline.ClusterTests;

/// <summary>When specs that take minutes run: under <c>./test --long</c> alone.</summary>
internal static class LongRuns
{
    /// <value>Why not now; null where they do.</value>
    public static string? WhyNot => TestData.Root is null ? TestData.Missing
        : Environment.GetEnvironmentVariable("ACTORPIPELINE_LONG") is "1" ? null : "takes minutes: ./test --long runs it";
}

/// <summary>A spec that runs nodes on loopback for minutes.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongNodeFactAttribute : FactAttribute
{
    public LongNodeFactAttribute() => Skip = LongRuns.WhyNot ?? NodeProcess.WhyNot;
}

/// <summary>The same with parameters.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongNodeTheoryAttribute : TheoryAttribute
{
    public LongNodeTheoryAttribute() => Skip = LongRuns.WhyNot ?? NodeProcess.WhyNot;
}

/// <summary>A spec that runs nodes in a network of its own for minutes.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongNetworkFactAttribute : FactAttribute
{
    public LongNetworkFactAttribute() => Skip = LongRuns.WhyNot ?? SiteNetwork.WhyNot;
}

/// <summary>The same with parameters.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongNetworkTheoryAttribute : TheoryAttribute
{
    public LongNetworkTheoryAttribute() => Skip = LongRuns.WhyNot ?? SiteNetwork.WhyNot;
}

/// <summary>The same with another wall clock.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongWallClockTheoryAttribute : TheoryAttribute
{
    public LongWallClockTheoryAttribute() => Skip = LongRuns.WhyNot ?? NodeProcess.WhyNot ?? NodeClock.WhyNoWall;
}

/// <summary>The same with another monotonic clock.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongMonotonicClockFactAttribute : FactAttribute
{
    public LongMonotonicClockFactAttribute() => Skip = LongRuns.WhyNot ?? NodeProcess.WhyNot ?? NodeClock.WhyNoMonotonic;
}
