using ActorPipeline.Memory;

namespace ActorPipeline.Hosting.Web;

public class MemoryHistorySpecs
{
    private readonly MemoryHistory _history = new();

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Charge(double at, string account, ChargeKind kind, int mib, long? lease = null) => _history.Apply(new LedgerChanged(
        At(at), new Charge(account, kind, PoolVector.OfHost(Bytes.MiB(mib))) { Lease = lease is { } id ? new LeaseId(1, id) : null }, Bytes.MiB(mib), Bytes.MiB(64)));

    private static string Told(MemoryPoint point) => string.Join(", ", point.Charges.Select(c => $"{c.Key} {c.Value / 1048576}"));

    [Fact]
    public void Should_tell_who_held_what_and_when()
    {
        Charge(1, "street", ChargeKind.Pool, 20);
        Charge(2, "detector", ChargeKind.Load, 30, lease: 1);
        Charge(3, "detector", ChargeKind.Resident, 20, lease: 1);
        Charge(4, "detector", ChargeKind.Resident, 0, lease: 1);

        var points = _history.After(0, At(5));

        Assert.Equal(["buffers: street 20", "buffers: street 20, detector 30", "buffers: street 20, detector 20", "buffers: street 20"], points.Select(Told));
        Assert.Equal([1.0, 2, 3, 4], points.Select(p => p.At.TotalSeconds));
        Assert.Equal([1L, 2, 3, 4], points.Select(p => p.Number));
        Assert.All(points, p => Assert.Equal(Bytes.MiB(64).Count, p.Budget));
    }

    [Fact]
    public void Should_tell_what_came_after_a_number()
    {
        Charge(1, "street", ChargeKind.Pool, 20);
        Charge(2, "fix", ChargeKind.Fixed, 1);
        Charge(3, "fix", ChargeKind.Fixed, 2);

        Assert.Equal([2L, 3], _history.After(1, At(5)).Select(p => p.Number));
        Assert.Empty(_history.After(3, At(5)));
        Assert.Empty(_history.After(long.MaxValue, At(5)));
    }

    [Fact]
    public void Should_have_ten_points_a_second_at_most_and_show_how_each_ended()
    {
        for (var i = 0; i < 1000; i++) Charge(1 + (i / 1000.0), "detector", ChargeKind.Resident, 1 + (i % 2), lease: 1);

        var points = _history.After(0, At(5));

        Assert.InRange(points.Count, 9, 11);
        Assert.Equal("detector 2", Told(points[^1]));
    }

    [Fact]
    public void Should_forget_what_is_longer_ago_than_its_reach()
    {
        for (var i = 0; i < 1000; i++) Charge(i, "detector", ChargeKind.Resident, 1 + (i % 2), lease: 1);

        var points = _history.After(0, At(1000));

        Assert.InRange(points.Count, 299, 302);
        Assert.Equal(999, points[^1].At.TotalSeconds);
    }

    [Fact]
    public void Should_have_a_point_where_measured_memory_moved_though_nothing_was_charged()
    {
        Charge(1, "street", ChargeKind.Pool, 20);
        _history.Apply(new MemorySampled(At(2), Bytes.MiB(5), Bytes.MiB(20), Bytes.Zero, Bytes.MiB(64), false, Bytes.MiB(100)));
        _history.Apply(new MemorySampled(At(3), Bytes.MiB(5), Bytes.MiB(20), Bytes.Zero, Bytes.MiB(64), false, Bytes.MiB(100)));

        var points = _history.After(0, At(5));

        Assert.Equal([0L, Bytes.MiB(25).Count], points.Select(p => p.Measured));
    }
}
