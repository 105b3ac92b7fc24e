using ActorPipeline.Sinks.Files;
using ActorPipeline.Vision;
using OpenCvSharp;

namespace ActorPipeline.Sinks;

public sealed class SnapshotSinkSpecs : IDisposable
{
    private static readonly SinkContext Context = new("street", 320, 240, 10);

    private readonly TestFolder _folder = new();
    private readonly SettableClock _clock = new();
    private readonly List<string> _warnings = [];

    // Noise does not become small as a JPEG.
    private readonly TestPicture _picture = new(320, 240, (x, y) => ((byte)(x * y), (byte)((x * 7) ^ (y * 13)), (byte)(x + y)));

    public void Dispose()
    {
        _picture.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Should_cut_the_object_out_when_it_is_classified()
    {
        using var sink = Open();
        Assert.True(sink.DrawsPixels);
        Write(sink, 41, Found("cloak", new BoundingBox(10.5f, 20, 110, 400)));

        var path = Assert.Single(Files());
        Assert.Equal("street-20260301T100000Z-0001-41-cloak.jpg", Path.GetFileName(path));
        using var picture = Cv2.ImRead(path);
        Assert.Equal((100, 220), (picture.Width, picture.Height));
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Should_show_the_whole_frame_with_its_box_when_it_is_told_to()
    {
        using var sink = Open(Settings with { Picture = SnapshotPicture.Frame });
        var before = _picture.Pixels.ToArray();
        Write(sink, 0, Found("cloak", new BoundingBox(60, 60, 200, 180)));

        using var picture = Cv2.ImRead(Assert.Single(Files()));
        Assert.Equal((320, 240), (picture.Width, picture.Height));
        var (edge, expected) = (picture.At<Vec3b>(120, 60), FramePainter.ColourOf("person"));
        Assert.True(Math.Abs(edge.Item0 - expected.Val0) + Math.Abs(edge.Item1 - expected.Val1) + Math.Abs(edge.Item2 - expected.Val2) < 200, $"The box's edge is {edge.Item0},{edge.Item1},{edge.Item2}.");
        Assert.Equal(before, _picture.Pixels.ToArray());
    }

    [Theory]
    [InlineData("T-shirt", "T-shirt")]
    [InlineData("../../etc/passwd", "______etc_passwd")]
    [InlineData("a/b\\c:d\0e\nf", "a_b_c_d_e_f")]
    [InlineData("Straße 北京", "Straße_北京")]
    [InlineData("", "_")]
    [InlineData("x😀", "x__")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee", "aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd")]
    public void Should_have_no_more_of_a_label_in_a_name_than_is_harmless(string label, string name)
    {
        using var sink = Open();
        Write(sink, 7, Found(label));

        Assert.Equal($"street-20260301T100000Z-0001-7-{name}.jpg", Path.GetFileName(Assert.Single(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories))));
    }

    [Fact]
    public void Should_keep_the_newest_within_its_bounds_when_there_are_many()
    {
        using (var sink = Open(Settings with { MaxFiles = 5 }))
            for (var i = 0; i < 20; i++) Write(sink, i, Found($"label{i}"));
        Assert.Equal(Enumerable.Range(15, 5), Files().Select(FrameOf));

        var size = new FileInfo(Files()[0]).Length;
        using (var sink = Open(Settings with { MaxSize = new Bytes(size * 3) }))
        {
            Assert.InRange(Files().Count, 2, 3);
            for (var i = 20; i < 40; i++)
            {
                Write(sink, i, Found($"label{i}"));
                Assert.InRange(Files().Sum(path => new FileInfo(path).Length), 1, size * 3);
            }
        }
        Assert.Equal(39, FrameOf(Files()[^1]));
        Assert.InRange(Files().Count, 2, 3);
    }

    [Fact]
    public void Should_overwrite_none_and_stay_in_order_when_the_clock_is_set_back_and_it_is_started_again()
    {
        for (var run = 0; run < 3; run++)
        {
            using var sink = Open();
            Write(sink, run, Found("cloak"), Found("hat"));
            _clock.Utc -= TimeSpan.FromHours(1);
        }

        Assert.Equal([0, 0, 1, 1, 2, 2], Files().Select(FrameOf));
    }

    [Fact]
    public void Should_leave_other_files_alone_and_take_half_ones_of_a_killed_run_away_when_it_opens()
    {
        _folder.Write("mine.jpg", [1]);
        _folder.Write(".mine.jpg.0.new", [1]);
        _folder.Write(".street-20260301T100000Z-0001-7-hat.jpg.2147483647.new", [1]);
        using (var sink = Open(Settings with { MaxFiles = 1 }))
            for (var i = 0; i < 3; i++) Write(sink, i, Found($"label{i}"));

        Assert.Equal([".mine.jpg.0.new", "mine.jpg", "street-20260301T100000Z-0003-2-label2.jpg"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Should_look_for_half_ones_of_a_killed_run_only_when_it_opens()
    {
        const string Draft = ".street-20260301T100000Z-0001-0-hat.jpg.2147483647.new";
        using (var sink = Open())
        {
            _folder.Write(Draft, [1]);
            Write(sink, 0, Found("hat"));
        }
        Assert.Equal("street-20260301T100000Z-0001-0-hat.jpg", Path.GetFileName(Assert.Single(Files())));
        Assert.True(File.Exists(_folder.File(Draft)));

        using var next = Open();
        Assert.False(File.Exists(_folder.File(Draft)));
    }

    [Fact]
    public void Should_make_its_folder_again_when_it_was_deleted()
    {
        using var sink = Open();
        Write(sink, 0, Found("hat"));
        Directory.Delete(_folder.Path, recursive: true);
        Write(sink, 1, Found("cloak"));

        Assert.Equal(1, FrameOf(Assert.Single(Files())));
        Assert.Equal(0, sink.Dropped);
    }

    [Fact]
    public void Should_take_none_when_a_frame_has_no_pixels()
    {
        using var sink = Open();
        sink.Write(Report(0, Found("hat")), null);

        Assert.Empty(Files());
    }

    [SmallDiskFact]
    public void Should_say_so_once_count_and_leave_no_half_picture_when_the_disk_was_full()
    {
        using var disk = new SmallDisk(256);
        using var sink = Open(Settings with { Folder = disk.File("seen") });
        Write(sink, 0, Found("label0"));
        disk.Fill();
        for (var i = 1; i < 6; i++) Write(sink, i, Found($"label{i}"));
        Assert.Contains($"Snapshots '{disk.File("seen")}' cannot be written", Assert.Single(_warnings));
        Assert.Equal(5, sink.Dropped);

        disk.Free();
        Write(sink, 6, Found("label6"));

        Assert.Equal([0, 6], Files(disk.File("seen")).Select(FrameOf));
        Assert.Equal(2, Directory.GetFiles(disk.File("seen")).Length);
        Assert.EndsWith("is written again; 5 results were lost", _warnings[^1]);
        Assert.Equal((5, 2), (sink.Dropped, _warnings.Count));
    }

    [Fact]
    public void Should_end_it_when_it_cannot_be_written_and_is_none_that_drops()
    {
        using var sink = FrameSinks.Create(new SinkDescription("snapshots", "") { Snapshots = Settings with { MaxSize = new Bytes(10) } }, _clock);
        sink.Open(Context);

        Assert.Contains("larger than max-size", Assert.Throws<SinkException>(() => Write(sink, 0, Found("hat"))).Message);
    }

    [Fact]
    public void Should_name_the_folder_and_cause_when_it_cannot_be_opened()
    {
        _folder.Write("file", [1]);

        Assert.Contains(_folder.File("file/seen"), Assert.Throws<SinkException>(() => Open(Settings with { Folder = _folder.File("file/seen") })).Message);
    }

    private SnapshotSettings Settings => new() { Folder = _folder.Path };

    private IFrameSink Open(SnapshotSettings? settings = null)
    {
        var sink = FrameSinks.Create(new SinkDescription("snapshots", "") { Snapshots = settings ?? Settings, Drops = true }, _clock);
        sink.Open(Context with { Warn = _warnings.Add });
        return sink;
    }

    private void Write(IFrameSink sink, int frame, params ObjectReport[] found) => sink.Write(Report(frame, found), _picture.View);

    private static FrameReport Report(int frame, params ObjectReport[] found) => new(frame, TimeSpan.FromMilliseconds(frame * 100), null, 320, 240, "classified", null, 2, found);

    private static ObjectReport Found(string label, BoundingBox? box = null) => new(box ?? new BoundingBox(50, 50, 150, 150), "person", 0.9f, [new LabelReport(label, 0.8f)]);

    private List<string> Files(string? folder = null) => [.. Directory.GetFiles(folder ?? _folder.Path, "street-*.jpg").Order(StringComparer.Ordinal)];

    private static int FrameOf(string path) => int.Parse(Path.GetFileName(path).Split('-')[3]);
}
