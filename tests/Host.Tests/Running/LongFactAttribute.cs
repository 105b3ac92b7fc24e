namespace ActorPipeline.Hosting.Running;

/// <summary>A spec that needs the data and many minutes: it runs under <c>./test --long</c> alone.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = TestData.Root is null ? TestData.Missing
        : Environment.GetEnvironmentVariable("ACTORPIPELINE_LONG") is "1" ? null : "takes many minutes: ./test --long runs it";
}
