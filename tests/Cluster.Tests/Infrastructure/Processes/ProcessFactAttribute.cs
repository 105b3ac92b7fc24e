namespace ActorPipeline.ClusterTests;

/// <summary>A spec that leads real processes: <see cref="NodeProcess"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProcessFactAttribute : FactAttribute
{
    public ProcessFactAttribute() => Skip = NodeProcess.WhyNot;
}

/// <summary>The same for theories.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProcessTheoryAttribute : TheoryAttribute
{
    public ProcessTheoryAttribute() => Skip = NodeProcess.WhyNot;
}

/// <summary>A spec that runs nodes on loopback, with the data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = TestData.Root is null ? TestData.Missing : NodeProcess.WhyNot;
}

/// <summary>A spec that needs another command of the machine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CommandFactAttribute : FactAttribute
{
    /// <param name="command">It, and an argument with which it does nothing.</param>
    public CommandFactAttribute(params string[] command) => Skip = Shell.Complaint(command[0], command[1..]);
}
