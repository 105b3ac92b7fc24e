using FsCheck.Xunit;

namespace ActorPipeline.Pipeline;

/// <summary>Invariants 5 to 8 of the design, over random orders of events.</summary>
public sealed class FrameLedgerProperties
{
    [Property(MaxTest = 200, EndSize = 200)]
    public void Should_keep_every_promise_when_events_come_in_any_order(byte window, byte sinks, (byte What, byte Which, byte How)[] events)
    {
        var driver = new FrameLedgerDriver(1 + (window % 8), drawing: sinks % 3, waiting: sinks / 3 % 3);

        foreach (var (what, which, how) in events) driver.Play(what, which, how);

        driver.DriveToTheEnd();
    }
}
