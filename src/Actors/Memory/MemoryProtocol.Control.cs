namespace ActorPipeline.Memory;

/// <content>What people change while leases are held; the root has looked at it before.</content>
public static partial class MemoryProtocol
{
    /// <summary>Root to supervisor and monitor: another host budget is configured from now on.</summary>
    /// <param name="Budget">At least 1 MiB.</param>
    internal sealed record ConfigureBudget(Bytes Budget) : IMemoryCommand;

    /// <summary>Whether a lease that is held is to stay; one that was asked to yield goes all the same, and one that is over is left alone.</summary>
    internal sealed record PinLease(LeaseId Lease, bool Pinned) : IMemoryCommand;
}
