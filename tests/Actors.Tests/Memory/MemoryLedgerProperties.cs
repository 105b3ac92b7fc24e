using FsCheck.Xunit;

namespace ActorPipeline.Memory;

/// <summary>Invariants 1 to 3 and 5 of the design, over random orders of events.</summary>
public sealed class MemoryLedgerProperties
{
    [Property(MaxTest = 300, EndSize = 300)]
    public void Should_keep_every_promise_when_events_come_in_any_order((byte What, byte Which, byte How)[] events)
    {
        var driver = new MemoryLedgerDriver();

        foreach (var (what, which, how) in events) driver.Play(what, which, how);

        driver.DriveToTheEnd();
    }
}
