using ActorPipeline.Sinks.Files;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

public sealed class SegmentedVideoSinkSpecs : IDisposable
{
    private static readonly SinkContext Context = new("street", 320, 240, 10);

    private readonly TestFolder _folder = new();
    private readonly SettableClock _clock = new();
    private readonly List<string> _warnings = [];
    private readonly TestPicture _picture = new(320, 240, (x, y) => ((byte)(x * y), (byte)(x ^ y), (byte)(x + y)));

    private string Current => _folder.File("out.avi");

    public void Dispose()
    {
        _picture.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("avi")]
    [InlineData("mp4")]
    public void Should_finish_a_file_and_begin_another_when_time_has_passed(string extension)
    {
        using (var sink = Open(new SegmentSettings { Length = TimeSpan.FromSeconds(1) }, _folder.File("out." + extension)))
        {
            Assert.True(sink.DrawsPixels);
            for (var i = 0; i < 25; i++)
            {
                Write(sink, i);
                _clock.Advance(TimeSpan.FromMilliseconds(100));
            }
            Assert.Equal([11, 11], Finished(extension).Select(Frames));
            sink.Complete();
        }

        Assert.Equal([$"out-20260301T100000Z-0001.{extension}", $"out-20260301T100001Z-0001.{extension}", $"out-20260301T100002Z-0001.{extension}"], Finished(extension).Select(Path.GetFileName));
        Assert.Equal([11, 11, 3], Finished(extension).Select(Frames));
        Assert.False(File.Exists(_folder.File("out." + extension)));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Should_hold_each_file_to_its_bytes_and_keep_only_the_newest_when_it_is_cut_by_size()
    {
        using (var sink = Open(new SegmentSettings { Size = Bytes.KiB(500), Keep = 3 }))
        {
            for (var i = 0; i < 200; i++) Write(sink, i);
            sink.Complete();
        }

        Assert.Equal(3, Finished().Count);
        // The encoder holds back some of the newest, and the index comes at the end.
        Assert.All(Finished().SkipLast(1), path => Assert.InRange(new FileInfo(path).Length, 500 * 1024, 700 * 1024));
        Assert.All(Finished(), path => Assert.InRange(Frames(path), 1, 199));
    }

    [Fact]
    public void Should_lose_only_what_it_was_writing_when_it_is_killed()
    {
        using (var killed = Open(new SegmentSettings { Length = TimeSpan.FromSeconds(1) }))
        {
            for (var i = 0; i < 22; i++)
            {
                Write(killed, i);
                _clock.Advance(TimeSpan.FromMilliseconds(100));
            }
            for (var i = 22; i < 62; i++) Write(killed, i);
            // What a killed process leaves: nothing of it is finished.
            File.Copy(Current, _folder.File("left"));
        }
        File.Move(_folder.File("left"), Current, overwrite: true);
        Assert.Equal([11, 11], Finished().Select(Frames));

        using (var next = Open(new SegmentSettings { Length = TimeSpan.FromSeconds(1) }))
        {
            Write(next, 0);
            next.Complete();
        }
        int[] frames = [.. Finished().Select(Frames)];
        // Some frames of what it was writing can be read, and are kept.
        Assert.Equal((4, 11, 11, 1), (frames.Length, frames[0], frames[1], frames[^1]));
        Assert.InRange(frames[2], 1, 40);
    }

    [Fact]
    public void Should_keep_names_apart_and_in_order_when_the_clock_is_set_back_and_it_is_started_again()
    {
        for (var run = 0; run < 3; run++)
        {
            using var sink = Open(new SegmentSettings { Length = TimeSpan.FromSeconds(1) });
            for (var i = 0; i <= run; i++) Write(sink, i);
            sink.Complete();
            _clock.Utc -= TimeSpan.FromHours(1);
        }

        Assert.Equal([1, 2, 3], Finished().Select(Frames));
    }

    [Fact]
    public void Should_count_what_was_in_it_and_go_on_in_a_new_folder_when_its_folder_was_deleted()
    {
        using var sink = Open(new SegmentSettings { Length = TimeSpan.FromHours(1) });
        for (var i = 0; i < 3; i++) Write(sink, i);
        Directory.Delete(_folder.Path, recursive: true);
        for (var i = 3; i < 10; i++) Write(sink, i);
        sink.Complete();

        Assert.Equal(4, sink.Dropped);
        Assert.Equal(6, Frames(Assert.Single(Finished())));
        Assert.Equal(2, _warnings.Count);
    }

    [Fact]
    public void Should_end_it_when_it_cannot_be_written_and_is_none_that_drops()
    {
        using var sink = FrameSinks.Create(new SinkDescription("video", Current) { Segments = new SegmentSettings { Length = TimeSpan.FromHours(1) } }, _clock);
        sink.Open(Context);
        Write(sink, 0);
        Directory.Delete(_folder.Path, recursive: true);

        Assert.Contains(Current, Assert.Throws<SinkException>(() => Write(sink, 1)).Message);
    }

    [Fact]
    public void Should_keep_the_piece_under_the_next_name_when_its_own_is_taken()
    {
        TakeNames(1);
        using var sink = Open(new SegmentSettings { Length = TimeSpan.FromSeconds(1) });
        for (var i = 0; i < 2; i++) Second(sink, 5);
        sink.Complete();

        Assert.Equal(["out-20260301T100000Z-0002.avi", "out-20260301T100001Z-0001.avi"], Finished().Select(Path.GetFileName));
        Assert.Equal([5, 5], Finished().Select(Frames));
        Assert.Equal(0, sink.Dropped);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Should_drop_what_comes_and_leave_the_piece_as_it_is_when_it_cannot_be_renamed()
    {
        TakeNames(3);
        using var sink = Open(new SegmentSettings { Length = TimeSpan.FromSeconds(1) });
        Second(sink, 5);
        for (var i = 0; i < 2; i++) Write(sink, i);
        Assert.Equal(5, Frames(Current));
        Assert.Contains($"'{Current}' cannot be set aside", Assert.Single(_warnings));

        Second(sink, 3);
        sink.Complete();

        Assert.Equal([5, 3], Finished().Select(Frames));
        Assert.Equal(2, sink.Dropped);
        Assert.EndsWith("2 results were lost", _warnings[^1]);
        Assert.Equal(2, _warnings.Count);
    }

    [Fact]
    public void Should_end_it_with_the_piece_as_it_is_when_it_cannot_be_renamed_and_is_none_that_drops()
    {
        TakeNames(2);
        using var sink = FrameSinks.Create(new SinkDescription("video", Current) { Segments = new SegmentSettings { Length = TimeSpan.FromSeconds(1) } }, _clock);
        sink.Open(Context);
        Second(sink, 5);

        Assert.Contains($"'{Current}' cannot be set aside", Assert.Throws<SinkException>(() => Write(sink, 5)).Message);
        Assert.Equal(5, Frames(Current));
    }

    [Fact]
    public void Should_leave_the_last_piece_to_the_next_run_when_it_cannot_be_renamed()
    {
        TakeNames(2);
        using (var sink = Open(new SegmentSettings { Length = TimeSpan.FromHours(1) }))
        {
            for (var i = 0; i < 5; i++) Write(sink, i);
            sink.Complete();
            Assert.Equal(0, sink.Dropped);
        }
        Assert.Contains("cannot be set aside", Assert.Single(_warnings));
        Assert.Equal(5, Frames(Current));

        using var next = Open(new SegmentSettings { Length = TimeSpan.FromHours(1) });
        Assert.Equal(5, Frames(Assert.Single(Finished())));
    }

    [Fact]
    public void Should_count_the_piece_and_go_on_when_it_could_not_be_renamed_and_was_taken_away()
    {
        TakeNames(1);
        using var sink = Open(new SegmentSettings { Length = TimeSpan.FromSeconds(1) });
        Second(sink, 5);
        File.Delete(Current);
        Second(sink, 3);
        sink.Complete();

        Assert.Equal(3, Frames(Assert.Single(Finished())));
        Assert.Equal(5, sink.Dropped);
        Assert.Contains("taken away", _warnings[0]);
    }

    [SmallDiskFact]
    public void Should_say_so_once_count_and_go_on_when_the_disk_was_full()
    {
        using var disk = new SmallDisk(1024);
        using var sink = Open(new SegmentSettings { Length = TimeSpan.FromSeconds(1) }, disk.File("out.avi"));
        Second(sink, 5);
        Assert.Equal(5, Frames(Assert.Single(Finished(folder: disk.Path))));
        disk.Fill();
        for (var i = 0; i < 4; i++) Second(sink, 5);
        Assert.Contains($"'{disk.File("out.avi")}'", Assert.Single(_warnings));
        var lost = sink.Dropped;
        Assert.InRange(lost, 1, 20);

        disk.Free();
        for (var i = 0; i < 2; i++) Second(sink, 5);
        sink.Complete();

        Assert.InRange(sink.Dropped, lost, lost + 5);
        Assert.Equal(5, Frames(Finished(folder: disk.Path)[^1]));
        Assert.EndsWith($"{sink.Dropped} results were lost", _warnings[^1]);
        Assert.Equal(2, _warnings.Count);
        // All that it keeps can be read.
        Assert.Equal(35 - sink.Dropped, Finished(folder: disk.Path).Sum(Frames));
    }

    [Fact]
    public void Should_name_path_and_cause_when_it_cannot_be_opened()
    {
        Assert.Contains(".mkv", Assert.Throws<SinkException>(() => Open(new SegmentSettings(), _folder.File("out.mkv"))).Message);
        _folder.Write("file", [1]);
        Assert.Contains("folder", Assert.Throws<SinkException>(() => Open(new SegmentSettings(), _folder.File("file/out.avi"))).Message);
    }

    // By folders, which nothing can be moved over.
    private void TakeNames(int count)
    {
        for (var number = 1; number <= count; number++) Directory.CreateDirectory(_folder.File($"out-20260301T100000Z-{number:D4}.avi"));
    }

    private void Second(IFrameSink sink, int frames)
    {
        for (var i = 0; i < frames; i++)
        {
            if (i == frames - 1) _clock.Advance(TimeSpan.FromSeconds(1));
            Write(sink, i);
        }
    }

    private void Write(IFrameSink sink, int frame) =>
        sink.Write(new FrameReport(frame, TimeSpan.FromMilliseconds(frame * 100), null, 320, 240, "empty", null, 2, []), _picture.View);

    private IFrameSink Open(SegmentSettings settings, string? path = null)
    {
        var sink = FrameSinks.Create(new SinkDescription("video", path ?? Current) { Segments = settings, Drops = true }, _clock);
        sink.Open(Context with { Warn = _warnings.Add });
        return sink;
    }

    private List<string> Finished(string extension = "avi", string? folder = null) => [.. Directory.GetFiles(folder ?? _folder.Path, $"out-*.{extension}").Order(StringComparer.Ordinal)];

    /// <summary>Frames that can really be read of it.</summary>
    private static int Frames(string path)
    {
        using var video = new VideoCapture(path);
        using var frame = new Mat();
        var count = 0;
        while (video.Read(frame)) count++;
        return count;
    }
}
