using ActorPipeline.Device;

namespace ActorPipeline.Hosting.Running;

/// <summary>What the machine as a whole has left, and whether that is enough.</summary>
internal static class MachineMemory
{
    /// <summary>What the kernel believes can be had without swapping, and the control groups allow; null where nobody says.</summary>
    public static Bytes? Available()
    {
        using var host = new HostMemory();
        using var group = new CgroupMemory();
        var (all, own) = (host.Read()?.Available, group.Read()?.Available);
        return all is { } a && own is { } b ? Bytes.Min(a, b) : all ?? own;
    }

    /// <summary>A warning where the machine has less than a budget and its headroom; null where all is well or nothing is known.</summary>
    public static string? Shortage(Bytes? available, Bytes budget, Bytes headroom) => available is { } bytes && bytes < budget + headroom
        ? $"the machine has {bytes} available, less than the budget of {budget} and the headroom of {headroom} together: it may run out of memory before the budget is used"
        : null;
}
