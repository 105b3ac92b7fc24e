using FsCheck.Xunit;

namespace ActorPipeline.Cluster;

/// <summary>Over random loss, doubling, delay and reordering: what is reserved never exceeds the pool, and everything returns in the end.</summary>
public sealed class CreditProperties
{
    [Property(MaxTest = 300, StartSize = 50, EndSize = 400)]
    public void Should_never_reserve_beyond_the_pool_and_leak_nothing_when_the_network_does_what_it_likes((byte What, byte Which, byte How)[] events)
    {
        var driver = new CreditDriver(senders: 5, orderly: false);

        foreach (var (what, which, how) in events) driver.Play(what, which, how);

        driver.DriveToTheEnd();
    }

    [Property(MaxTest = 100, StartSize = 50, EndSize = 400)]
    public void Should_refuse_nothing_when_messages_come_soon_and_in_order((byte What, byte Which, byte How)[] events)
    {
        var driver = new CreditDriver(senders: 5, orderly: true);

        foreach (var (what, which, how) in events) driver.Play(what, which, how);

        driver.DriveToTheEnd();
        Assert.Equal(0, driver.NotTaken);
    }
}
