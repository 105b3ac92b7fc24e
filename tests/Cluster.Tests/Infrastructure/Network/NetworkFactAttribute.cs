namespace ActorPipeline.ClusterTests;

/// <summary>A spec that needs a network of its own: <see cref="SiteNetwork"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NetworkFactAttribute : FactAttribute
{
    public NetworkFactAttribute() => Skip = SiteNetwork.WhyNot;
}

/// <summary>The same for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NetworkTheoryAttribute : TheoryAttribute
{
    public NetworkTheoryAttribute() => Skip = SiteNetwork.WhyNot;
}

/// <summary>A spec that needs a network of its own, and the data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NetworkDataFactAttribute : FactAttribute
{
    public NetworkDataFactAttribute() => Skip = TestData.Root is null ? TestData.Missing : SiteNetwork.WhyNot;
}
