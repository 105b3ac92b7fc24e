using System.Text.Json;

namespace ActorPipeline.Sinks.Files;

/// <summary>Files of lines that give way to new ones: JSON lines, and CSV, which has a row of names in each.</summary>
public sealed class RotationSpecs : IDisposable
{
    private static readonly SinkContext Context = new("street", 768, 576, 10);

    private readonly TestFolder _folder = new();
    private readonly SettableClock _clock = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("json-lines")]
    [InlineData("csv")]
    public void Should_keep_every_result_whole_and_each_file_in_its_bound_when_it_rotates_by_size(string type)
    {
        using (var sink = Open(type, new RotateSettings { Size = new Bytes(4000), Keep = 1000 }))
        {
            for (var i = 0; i < 500; i++) Write(sink, i);
            sink.Complete();
        }

        Assert.InRange(Older().Count, 3, 100);
        Assert.All(All(), path => Assert.InRange(new FileInfo(path).Length, 1, 4000));
        Assert.Equal(Enumerable.Range(0, 500), All().SelectMany(Frames));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Should_keep_only_the_newest_when_more_were_written_than_may_stay()
    {
        using (var sink = Open("json-lines", new RotateSettings { Size = new Bytes(1000), Keep = 3 }))
        {
            for (var i = 0; i < 500; i++) Write(sink, i);
            sink.Complete();
        }

        Assert.Equal(3, Older().Count);
        int[] frames = [.. All().SelectMany(Frames)];
        Assert.Equal(Enumerable.Range(500 - frames.Length, frames.Length), frames);
    }

    [Fact]
    public void Should_give_a_result_a_file_of_its_own_when_it_is_larger_than_a_file_may_be()
    {
        using (var sink = Open("json-lines", new RotateSettings { Size = new Bytes(10) }))
        {
            for (var i = 0; i < 3; i++) Write(sink, i);
            sink.Complete();
        }

        Assert.Equal([[0], [1], [2]], All().Select(path => Frames(path).ToArray()));
    }

    [Fact]
    public void Should_begin_a_new_file_by_time_that_passed_when_the_clock_is_set_forward_and_back()
    {
        using (var sink = Open("json-lines", new RotateSettings { Every = TimeSpan.FromMinutes(10), Keep = 1000 }))
        {
            for (var minute = 0; minute < 60; minute++)
            {
                if (minute == 15) _clock.Utc -= TimeSpan.FromHours(1);
                if (minute == 45) _clock.Utc += TimeSpan.FromHours(5);
                Write(sink, minute);
                _clock.Advance(TimeSpan.FromMinutes(1));
            }
            sink.Complete();
        }

        Assert.Equal(Enumerable.Range(0, 6).Select(i => Enumerable.Range(i * 10, 10)), All().Select(Frames));
    }

    [Theory]
    [InlineData("json-lines")]
    [InlineData("csv")]
    public void Should_go_on_in_the_same_file_and_lose_none_when_it_is_started_again(string type)
    {
        for (var run = 0; run < 10; run++)
        {
            _clock.Utc -= TimeSpan.FromHours(1);
            using var sink = Open(type, new RotateSettings { Size = new Bytes(1000), Keep = 1000 });
            for (var i = 0; i < 7; i++) Write(sink, (run * 7) + i);
            sink.Complete();
        }

        Assert.Equal(Enumerable.Range(0, 70), All().SelectMany(Frames));
        Assert.All(Older(), path => Assert.InRange(new FileInfo(path).Length, 700, 1000));
    }

    [Theory]
    [InlineData("json-lines")]
    [InlineData("csv")]
    public void Should_set_aside_what_each_run_left_and_keep_the_newest_when_it_rotates_by_time_and_is_started_again(string type)
    {
        for (var run = 0; run < 5; run++)
        {
            using (var sink = Open(type, new RotateSettings { Every = TimeSpan.FromDays(1), Keep = 3 }))
            {
                Write(sink, run);
                sink.Complete();
            }
            _clock.Advance(TimeSpan.FromHours(12));
        }

        Assert.Equal([[1], [2], [3], [4]], All().Select(path => Frames(path).ToArray()));
    }

    [Fact]
    public void Should_set_aside_no_file_without_rows_when_it_rotates_by_time_and_is_started_again()
    {
        for (var run = 0; run < 3; run++)
        {
            using var sink = Open("csv", new RotateSettings { Every = TimeSpan.FromDays(1) });
            if (run == 2) Write(sink, run);
            sink.Complete();
        }

        Assert.Equal([2], Frames(Assert.Single(All())));
    }

    [Theory]
    [InlineData("json-lines", "{\"frame\":0}\n{\"frame\":1,\"ob")]
    [InlineData("csv", "frame,a,b\r\n0,1,2\r\n")]
    public void Should_leave_what_is_there_as_it_is_when_an_earlier_file_is_cut_off_or_has_other_columns(string type, string left)
    {
        File.WriteAllText(PathOf(type), left);
        using (var sink = Open(type, new RotateSettings { Size = Bytes.KiB(64) }))
        {
            Write(sink, 7);
            sink.Complete();
        }

        Assert.Equal(left, File.ReadAllText(Assert.Single(Older())));
        Assert.Equal([7], Frames(PathOf(type)));
    }

    [Theory]
    [InlineData("json-lines")]
    [InlineData("csv")]
    public void Should_take_the_files_place_when_it_does_not_rotate(string type)
    {
        for (var run = 0; run < 2; run++)
        {
            using var sink = Open(type, null);
            Write(sink, run);
            sink.Complete();
        }

        Assert.Equal([1], All().SelectMany(Frames));
    }

    [Theory]
    [InlineData("json-lines")]
    [InlineData("csv")]
    public void Should_go_on_in_a_new_folder_when_its_folder_was_deleted(string type)
    {
        using var sink = Open(type, new RotateSettings { Size = Bytes.KiB(64) });
        Write(sink, 0);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Write(sink, 1);
        Directory.Delete(_folder.Path, recursive: true);
        Write(sink, 2);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Write(sink, 3);
        sink.Complete();

        Assert.Equal([2, 3], Frames(PathOf(type)));
        Assert.Contains("taken away", Assert.Single(_warnings));
        Assert.Equal(0, sink.Dropped);
    }

    [Fact]
    public void Should_write_on_and_say_so_when_it_cannot_be_rotated()
    {
        // The name that comes next is taken: by a folder, which nothing can be moved over.
        Directory.CreateDirectory(_folder.File("results-20260301T100000Z-0001.jsonl"));
        using var sink = Open("json-lines", new RotateSettings { Size = new Bytes(1000) });
        for (var i = 0; i < 12; i++) Write(sink, i);
        sink.Complete();

        Assert.Equal(Enumerable.Range(0, 12), Frames(PathOf("json-lines")));
        Assert.Contains("cannot be rotated", Assert.Single(_warnings));
    }

    [SmallDiskTheory]
    [InlineData("json-lines")]
    [InlineData("csv")]
    public void Should_say_so_once_count_and_go_on_with_whole_results_when_the_disk_was_full(string type)
    {
        using var disk = new SmallDisk(128);
        var path = disk.File("results");
        using var sink = Open(type, new RotateSettings { Size = Bytes.KiB(64), Keep = 100 }, path);
        disk.Fill();
        for (var i = 0; i < 600; i++) Write(sink, i);
        for (var i = 0; i < 5; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Write(sink, 600 + i);
        }
        Assert.Contains($"'{path}' cannot be written", Assert.Single(_warnings));
        var lost = sink.Dropped;
        Assert.InRange(lost, 600, 605);

        disk.Free();
        for (var i = 0; i < 20; i++) Write(sink, 605 + i);
        sink.Complete();

        Assert.Equal(lost, sink.Dropped);
        Assert.Equal(Enumerable.Range((int)lost, 625 - (int)lost), Frames(path, type));
        Assert.EndsWith($"is written again; {lost} results were lost", _warnings[^1]);
        Assert.Equal(2, _warnings.Count);
    }

    [SmallDiskFact]
    public void Should_end_with_whole_lines_only_when_the_disk_was_full_and_it_does_not_drop()
    {
        using var disk = new SmallDisk(96);
        var path = disk.File("results.jsonl");
        using (var sink = FrameSinks.Create(new SinkDescription("json-lines", path) { Rotate = new RotateSettings { Size = Bytes.KiB(256) } }, _clock))
        {
            sink.Open(Context);
            Assert.Contains(path, Assert.Throws<SinkException>(() =>
            {
                for (var i = 0; i < 2000; i++) Write(sink, i);
            }).Message);
        }

        int[] kept = [.. Frames(path)];
        Assert.InRange(kept.Length, 100, 1500);
        Assert.Equal(Enumerable.Range(0, kept.Length), kept);
    }

    private static void Write(IFrameSink sink, int frame) => sink.Write(
        new FrameReport(frame, TimeSpan.FromMilliseconds(frame * 100), null, 768, 576, "classified", null, 2, [new ObjectReport(new(1, 2, 3, 4), "person", 0.5f, [])]), null);

    private string PathOf(string type) => _folder.File(type == "csv" ? "results.csv" : "results.jsonl");

    private IFrameSink Open(string type, RotateSettings? rotate, string? path = null)
    {
        var sink = FrameSinks.Create(new SinkDescription(type, path ?? PathOf(type)) { Rotate = rotate, Drops = true }, _clock);
        sink.Open(Context with { Warn = _warnings.Add });
        return sink;
    }

    /// <summary>Older files, the oldest first, by their names.</summary>
    private List<string> Older() => [.. Directory.GetFiles(_folder.Path, "results-*").Order(StringComparer.Ordinal)];

    private IEnumerable<string> All() => Older().Concat(Directory.GetFiles(_folder.Path, "results.*"));

    private static IEnumerable<int> Frames(string path) => Frames(path, Path.GetExtension(path)[1..]);

    private static IEnumerable<int> Frames(string path, string type)
    {
        var text = File.ReadAllText(path);
        Assert.EndsWith("\n", text);
        var lines = text.TrimEnd().Split('\n');
        if (type != "csv") return lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("frame").GetInt32());
        Assert.StartsWith("frame,ms,", lines[0]);
        return lines.Skip(1).Select(line => int.Parse(line.Split(',')[0]));
    }
}
