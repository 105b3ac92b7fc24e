namespace ActorPipeline.Sinks.Files;

public sealed class FileSeriesSpecs : IDisposable
{
    private static readonly DateTimeOffset Ten = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_name_files_so_that_they_sort_by_age_when_the_clock_goes_forward_and_back()
    {
        var series = Series();
        DateTimeOffset[] clock = [Ten, Ten, Ten.AddSeconds(1), Ten.AddHours(-1), Ten.AddSeconds(1), Ten.AddYears(1)];
        string[] names = [.. clock.Select(now => Path.GetFileName(series.Next(now)))];

        Assert.Equal(
            [
                "a-20260301T100000Z-0001.jsonl", "a-20260301T100000Z-0002.jsonl", "a-20260301T100001Z-0001.jsonl",
                "a-20260301T100001Z-0002.jsonl", "a-20260301T100001Z-0003.jsonl", "a-20270301T100000Z-0001.jsonl",
            ],
            names);
    }

    [Fact]
    public void Should_name_in_utc_when_the_clock_shows_another_zone() =>
        Assert.Equal("a-20260301T100000Z-0001.jsonl", Path.GetFileName(Series().Next(Ten.ToOffset(TimeSpan.FromHours(5)))));

    [Fact]
    public void Should_go_on_behind_the_newest_when_an_earlier_run_left_files()
    {
        Given("a-20260301T120000Z-0009.jsonl", "a-20260301T120000Z-0010.jsonl", "a-20260301T110000Z-0099.jsonl");
        var series = Series();
        series.Scan();

        Assert.Equal("a-20260301T120000Z-0011.jsonl", Path.GetFileName(series.Next(Ten)));
    }

    [Fact]
    public void Should_delete_the_oldest_of_its_own_and_no_other_file_when_there_are_too_many()
    {
        string[] others = ["a.jsonl", "a-notes.jsonl", "a-20260301T100000Z-0001-copy.jsonl", "b-20260301T100000Z-0001.jsonl", "a-20260301T100000Z-0001.csv", "a-20260301T100000Z-1.jsonl"];
        Given([.. others, "a-20260301T100000Z-10000.jsonl", "a-20260301T100000Z-0002.jsonl", "a-20260228T235959Z-0001.jsonl"]);
        var series = Series();
        series.Scan();
        Assert.Equal(3, series.Count);

        series.Shrink(1);

        Assert.Equal(others.Append("a-20260301T100000Z-10000.jsonl").Order(), Left());
    }

    [Fact]
    public void Should_delete_the_oldest_when_there_are_too_many_bytes()
    {
        var series = Series();
        for (var i = 0; i < 5; i++)
        {
            var path = series.Next(Ten);
            File.WriteAllBytes(path, new byte[100]);
            series.Add(path, 100);
        }

        series.Shrink(10, 250);

        Assert.Equal(["a-20260301T100000Z-0004.jsonl", "a-20260301T100000Z-0005.jsonl"], Left());
    }

    [Fact]
    public void Should_forget_files_that_somebody_else_deleted_when_it_deletes_the_oldest()
    {
        Given("a-20260301T100000Z-0001.jsonl", "a-20260301T100000Z-0002.jsonl");
        var series = Series();
        series.Scan();
        Directory.Delete(_folder.Path, recursive: true);

        series.Shrink(0);

        Assert.Equal(0, series.Count);
    }

    private FileSeries Series() => new(_folder.Path, "a", ".jsonl");

    private void Given(params string[] names)
    {
        foreach (var name in names) _folder.Write(name, [1]);
    }

    private IEnumerable<string> Left() => Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)!).Order();
}
