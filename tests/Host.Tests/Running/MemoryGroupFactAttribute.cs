using ActorPipeline.Bench.Cgroup;

namespace ActorPipeline.Hosting.Running;

/// <summary>A spec that needs the data, and a machine on which a memory control group can be made.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MemoryGroupFactAttribute : FactAttribute
{
    public MemoryGroupFactAttribute() => Skip = TestData.Root is null ? TestData.Missing : MemoryGroup.WhyNot();
}
