using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace ActorPipeline.Events.Outbox;

public sealed class EventSinkSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly PlayedCourier _courier = new();
    private readonly ConcurrentQueue<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_keep_the_newest_within_its_bound_and_tell_them_in_order_when_the_other_side_was_away_for_an_hour()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 10, 0, 0, TimeSpan.Zero));
        using var sink = Open(_folder.File("store"), Bytes.KiB(64), time);
        Eventually.Is(() => Frames().Count == 0 && _courier.Brought.Count == 1, "the start is told");
        _courier.GoAway();
        Eventually.Is(() => !_warnings.IsEmpty, "it says that the other side is away");
        var tries = _courier.Tries;
        for (var second = 0; second < 3600; second++)
        {
            sink.Write(GivenReports.Empty(second), null);
            Assert.InRange(Directory.GetFiles(_folder.File("store"), "*.events").Sum(file => new FileInfo(file).Length), 1, 64 * 1024);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(sink.Dropped, 1000, 3599);
        Assert.Single(_warnings);

        _courier.ComeBack();
        Eventually.Is(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Frames().LastOrDefault() == 3599;
            },
            "the newest is told");
        Assert.True(_courier.Tries > tries);
        Assert.Contains("is back", _warnings.Last());
        sink.Complete();

        // What was dropped is the oldest, and is told before the rest.
        var first = (int)sink.Dropped;
        Assert.Equal(Enumerable.Range(first, 3600 - first).Select(i => (long)i), Frames());
        var told = Told().ToArray();
        Assert.Equal(["started", "lost", "frame"], told.Take(3).Select(e => (string)e["event"]!));
        Assert.Equal(sink.Dropped, (long)told[1]["count"]!);
        Assert.Equal(2, _warnings.Count);
    }

    [SmallDiskFact]
    public void Should_hold_no_frame_up_say_so_once_and_go_on_when_the_disk_was_full()
    {
        using var disk = new SmallDisk(256);
        var time = new FakeTimeProvider();
        using var sink = Open(disk.File("store"), Bytes.MiB(16), time);
        Eventually.Is(() => _courier.Brought.Count == 1, "the start is told");
        _courier.GoAway();
        Eventually.Is(() => _warnings.Count == 1, "it says that the other side is away");
        sink.Write(GivenReports.Empty(0), null);
        disk.Fill();
        for (var i = 1; i < 500; i++) sink.Write(GivenReports.Empty(i), null);
        Assert.InRange(sink.Dropped, 400, 499);
        Assert.Contains($"events cannot be kept in '{disk.File("store")}' and are dropped, which is counted", Assert.Single(_warnings.Skip(1)));

        disk.Free();
        for (var i = 500; i < 510; i++) sink.Write(GivenReports.Empty(i), null);
        _courier.ComeBack();
        Eventually.Is(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Frames().LastOrDefault() == 509;
            },
            "the newest is told");
        sink.Complete();

        var kept = 500 - (int)sink.Dropped;
        Assert.Equal(Enumerable.Range(0, kept).Concat(Enumerable.Range(500, 10)).Select(i => (long)i), Frames());
        Assert.Equal(sink.Dropped, Told().Where(e => (string)e["event"]! == "lost").Sum(e => (long)e["count"]!));
    }

    [Fact]
    public void Should_tell_all_in_their_order_with_the_clocks_time_when_the_clock_was_set_back_an_hour()
    {
        var clock = new SettableClock();
        using var sink = Open("", Bytes.MiB(1), clock);
        for (var i = 0; i < 4; i++)
        {
            if (i == 2) clock.Utc -= TimeSpan.FromHours(1);
            sink.Write(GivenReports.Empty(i), null);
            clock.Advance(TimeSpan.FromSeconds(1));
        }
        sink.Complete();

        Assert.Equal([0, 1, 2, 3], Frames());
        Assert.Equal(
            ["2026-03-01T10:00:00.000Z", "2026-03-01T10:00:01.000Z", "2026-03-01T09:00:02.000Z", "2026-03-01T09:00:03.000Z"],
            Told().Where(e => (string)e["event"]! == "frame").Select(e => (string)e["at"]!));
        Assert.Equal(6, Told().Select(e => (string)e["id"]!).Distinct().Count());
    }

    private EventSink Open(string store, Bytes limit, TimeProvider time)
    {
        var sink = new EventSink(new OutboxSettings { Store = store, Limit = limit }, _ => _courier, time);
        sink.Open(GivenReports.Context with { Warn = _warnings.Enqueue });
        return sink;
    }

    private IEnumerable<JsonNode> Told() => _courier.Brought.Select(e => JsonNode.Parse(e.Payload)!);

    private List<long> Frames() => [.. Told().Where(e => (string)e["event"]! == "frame").Select(e => (long)e["frame"]!["frame"]!)];
}
