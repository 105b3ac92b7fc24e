using System.Text;
using ActorPipeline.Sinks;

namespace ActorPipeline.Events.Outbox;

public sealed class DiskEventStoreSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_give_back_what_was_added_in_order_when_it_is_opened_again()
    {
        using (var store = Open())
        {
            for (var i = 0; i < 100; i++) Assert.Null(store.Add(Bytes(i)));
            store.Settle(store.Take(30)[^1].Sequence, refused: false);
            Assert.Equal((70, 30L, 0L), (store.Waiting, store.Delivered, store.Dropped));
        }

        using var again = Open();
        Assert.Equal(Enumerable.Range(30, 70), again.Take(1000).Select(Number));
        again.Add(Bytes(100));
        Assert.Equal(100, Number(again.Take(1000)[^1]));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Should_give_nothing_twice_when_all_was_delivered_before()
    {
        using (var store = Open())
        {
            store.Add(Bytes(0));
            store.Settle(store.Take(1)[0].Sequence, refused: false);
        }
        using var again = Open();

        Assert.Empty(again.Take(10));
        again.Add(Bytes(1));
        Assert.Equal([1], again.Take(10).Select(Number));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(17)]
    public void Should_keep_whole_events_only_when_the_last_was_cut_off(int missing)
    {
        using (var store = Open())
            for (var i = 0; i < 10; i++) store.Add(Bytes(i));
        var file = Directory.GetFiles(_folder.Path, "*.events").Single();
        using (var cut = File.OpenWrite(file)) cut.SetLength(cut.Length - missing);

        using var again = Open();

        Assert.Equal(Enumerable.Range(0, 9), again.Take(100).Select(Number));
        Assert.Contains("not written whole", Assert.Single(_warnings));
    }

    [Fact]
    public void Should_keep_those_before_it_when_an_event_was_spoiled()
    {
        using (var store = Open())
            for (var i = 0; i < 10; i++) store.Add(Bytes(i));
        var file = Directory.GetFiles(_folder.Path, "*.events").Single();
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);

        using var again = Open();

        Assert.Equal(Enumerable.Range(0, 5), again.Take(100).Select(Number));
    }

    [Fact]
    public void Should_account_for_every_event_and_stay_in_its_bound_when_more_come_than_fit()
    {
        using (var store = Open(ActorPipeline.Bytes.KiB(64)))
        {
            for (var i = 0; i < 5000; i++)
            {
                store.Add(Bytes(i));
                if (i % 500 == 499) store.Settle(store.Take(10)[^1].Sequence, refused: false);
                Assert.Equal(i + 1, store.Waiting + store.Delivered + store.Dropped);
            }
            Assert.InRange(store.Dropped, 1, 4900);
            Assert.InRange(Directory.GetFiles(_folder.Path, "*.events").Sum(file => new FileInfo(file).Length), 1, 64 * 1024);
            Assert.Equal(Enumerable.Range(5000 - store.Waiting, store.Waiting), store.Take(5000).Select(Number));
        }

        // What was not told is told after a restart.
        using var again = Open(ActorPipeline.Bytes.KiB(64));
        Assert.True(again.Untold > 0);
    }

    [Fact]
    public void Should_stay_in_its_bound_and_drop_none_that_waits_when_a_file_cannot_be_deleted()
    {
        using var store = Open(ActorPipeline.Bytes.KiB(64));
        var added = 0;
        while (Files().Length < 3) store.Add(Bytes(added++));
        var stuck = Files().Order(StringComparer.Ordinal).First();
        var length = new FileInfo(stuck).Length;
        File.Delete(stuck);
        // A folder cannot be deleted as a file is.
        Directory.CreateDirectory(stuck);
        store.Settle(store.Take(added)[^1].Sequence, refused: false);

        string? trouble = null;
        for (var i = 0; i < 5000 && trouble is null; i++)
        {
            trouble = store.Add(Bytes(added + i));
            Assert.InRange(Files().Sum(file => new FileInfo(file).Length), 0, (64 * 1024) - length);
        }
        Assert.Contains(stuck, trouble);
        Assert.Contains(stuck, Assert.Single(_warnings));
        Assert.Equal(1, store.Dropped);

        Directory.Delete(stuck);
        Assert.Null(store.Add(Bytes(1)));
        Assert.Equal(1, store.Dropped);
    }

    [Fact]
    public void Should_not_count_as_dropped_what_arrives_all_the_same()
    {
        using var store = Open(ActorPipeline.Bytes.KiB(64));
        for (var i = 0; i < 10; i++) store.Add(Bytes(i));
        var taken = store.Take(10);
        for (var i = 10; i < 3000; i++) store.Add(Bytes(i));
        var dropped = store.Dropped;

        store.Settle(taken[^1].Sequence, refused: false);

        Assert.Equal((10L, dropped - 10, 3000L), (store.Delivered, store.Dropped, store.Waiting + store.Delivered + store.Dropped));
    }

    [Fact]
    public void Should_count_and_say_why_when_an_event_is_too_large()
    {
        using var store = Open(ActorPipeline.Bytes.KiB(64));

        Assert.Contains("larger than a sixteenth of store-limit", store.Add(new byte[5000]));
        Assert.Equal((0, 1L), (store.Waiting, store.Dropped));
    }

    [Fact]
    public void Should_deliver_what_waits_and_keep_what_comes_in_a_new_folder_when_its_folder_was_deleted()
    {
        using (var store = Open())
        {
            for (var i = 0; i < 10; i++) store.Add(Bytes(i));
            Directory.Delete(_folder.Path, recursive: true);
            for (var i = 10; i < 20; i++) Assert.Null(store.Add(Bytes(i)));
            Assert.Equal(Enumerable.Range(0, 20), store.Take(100).Select(Number));
            store.Settle(store.Take(15)[^1].Sequence, refused: false);
        }

        using var again = Open();
        Assert.Equal(Enumerable.Range(15, 5), again.Take(100).Select(Number));
    }

    [Fact]
    public void Should_count_and_say_why_when_its_folder_has_become_a_file()
    {
        using var store = Open(ActorPipeline.Bytes.KiB(64));
        Directory.Delete(_folder.Path, recursive: true);
        File.WriteAllText(_folder.Path, "");
        try
        {
            Assert.Contains(_folder.Path, store.Add(Bytes(0)));
            Assert.Equal((0, 1L), (store.Waiting, store.Dropped));
        }
        finally
        {
            File.Delete(_folder.Path);
        }
    }

    [SmallDiskFact]
    public void Should_drop_what_comes_and_deliver_the_rest_in_order_when_the_disk_was_full()
    {
        using var disk = new SmallDisk(256);
        using (var store = Open(folder: disk.File("store")))
        {
            for (var i = 0; i < 10; i++) store.Add(Bytes(i));
            disk.Fill();
            var refused = 0;
            for (var i = 10; i < 2000; i++)
            {
                if (store.Add(Bytes(i)) is null) continue;
                // What is there still goes out meanwhile.
                if (refused++ % 100 == 0) store.Settle(store.Take(1)[0].Sequence, refused: false);
            }
            Assert.InRange(refused, 1500, 1990);
            Assert.Equal((refused, 2000), (store.Dropped, store.Waiting + store.Delivered + store.Dropped));
            // That it cannot keep how far it got, where even that has no room.
            Assert.InRange(_warnings.Count, 0, 1);
            disk.Free();
            for (var i = 2000; i < 2010; i++) Assert.Null(store.Add(Bytes(i)));
            Assert.Equal(refused, store.Dropped);
        }

        using var again = Open(folder: disk.File("store"));
        int[] left = [.. again.Take(5000).Select(Number)];
        Assert.Equal(left.Order(), left);
        Assert.Equal(Enumerable.Range(2000, 10), left[^10..]);
    }

    [Fact]
    public void Should_say_which_folder_it_is_when_it_cannot_be_made()
    {
        _folder.Write("file", [1]);
        using var store = new DiskEventStore(_folder.File("file/store"), ActorPipeline.Bytes.MiB(1), _warnings.Add);

        Assert.Contains(_folder.File("file/store"), Assert.Throws<SinkException>(store.Open).Message);
    }

    private static byte[] Bytes(int number) => Encoding.UTF8.GetBytes($"{{\"event\":\"frame\",\"id\":\"{number:D16}\"}}");

    private string[] Files() => Directory.GetFiles(_folder.Path, "*.events");

    private static int Number(StoredEvent e) => int.Parse(e.Head().Id);

    private DiskEventStore Open(Bytes? limit = null, string? folder = null)
    {
        var store = new DiskEventStore(folder ?? _folder.Path, limit ?? ActorPipeline.Bytes.MiB(16), _warnings.Add);
        store.Open();
        return store;
    }
}
