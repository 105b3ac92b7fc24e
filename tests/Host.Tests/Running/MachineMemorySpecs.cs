namespace ActorPipeline.Hosting.Running;

public sealed class MachineMemorySpecs
{
    [Fact]
    public void Warns_of_less_than_budget_and_headroom()
    {
        Assert.Null(MachineMemory.Shortage(Bytes.MiB(128), Bytes.MiB(64), Bytes.MiB(64)));
        Assert.Null(MachineMemory.Shortage(null, Bytes.MiB(64), Bytes.MiB(64)));
        Assert.Contains("100.0 MiB", MachineMemory.Shortage(Bytes.MiB(100), Bytes.MiB(64), Bytes.MiB(64)), StringComparison.Ordinal);
    }
}
