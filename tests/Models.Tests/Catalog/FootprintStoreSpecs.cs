namespace ActorPipeline.Catalog;

public sealed class FootprintStoreSpecs : IDisposable
{
    private static readonly FootprintKey Key = new("abc", ExecutionProvider.Cpu, "fp32", 1);

    private static readonly FootprintRecord Record = new()
    {
        Measured = true, Fixed = Bytes.MiB(3), Load = Bytes.MiB(17), Resident = Bytes.MiB(8), Run = new Dictionary<int, Bytes> { [1] = Bytes.MiB(22), [2] = Bytes.MiB(33) },
        LoadTime = TimeSpan.FromMilliseconds(22.5), RunTime = TimeSpan.FromMilliseconds(17), Returned = 0.99,
    };

    private readonly TestFolder _folder = new();
    private readonly List<string> _warnings = [];

    private string File => _folder.File("cache/footprints.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_know_what_it_kept_when_the_process_starts_anew()
    {
        using (var store = Open())
        {
            store.Add(Key, Record);
            store.Observe(Key, new FootprintObservation { Load = Bytes.MiB(18), Resident = Bytes.MiB(7), Run = Bytes.MiB(30), Lanes = 2 });
        }

        using var again = Open();
        var found = again.Find(Key)!;

        Assert.Equal((Record.Fixed, Record.Load, Record.Resident, Record.LoadTime, Record.RunTime, Record.Returned), (found.Fixed, found.Load, found.Resident, found.LoadTime, found.RunTime, found.Returned));
        Assert.Equal(Record.Run, found.Run);
        Assert.Equal([Bytes.MiB(18)], found.ObservedLoads);
        Assert.Equal([new RunPeak(2, Bytes.MiB(30))], found.ObservedRuns);
        Assert.True(found.Measured);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Should_know_batches_when_the_process_starts_anew()
    {
        using (var store = Open())
        {
            store.Add(Key, Record with { Batches = BatchTableSpecs.Table("4 3 2 1") });
            store.Observe(Key, new FootprintObservation { Run = Bytes.MiB(90), Lanes = 2, Batch = 4 });
        }
        using var again = Open();
        var found = again.Find(Key)!;
        Assert.Equal([1, 2, 4, 8], found.Batches!.Costs.Keys.Order());
        Assert.Equal((TimeSpan.FromMilliseconds(2), Bytes.MiB(60)), (found.Batches.Costs[4].Crop, found.Batches.Costs[4].Run[2]));
        Assert.Equal([new RunPeak(2, Bytes.MiB(90), 4)], found.ObservedRuns);
        Assert.Empty(_warnings);
    }

    [Fact]
    public void Should_read_a_file_of_a_build_that_knew_no_batches()
    {
        Directory.CreateDirectory(_folder.File("cache"));
        System.IO.File.WriteAllText(File, """
            { "version": 1, "models": [ { "key": { "modelHash": "abc", "provider": "Cpu", "precision": "fp32", "batch": 1 },
              "record": { "measured": true, "load": 20, "resident": 10, "run": { "1": 4, "2": 7 }, "observedLoads": [], "observedResidents": [],
                "observedRuns": [ { "lanes": 2, "bytes": 9 } ] } } ] }
            """);
        using var store = Open();
        Assert.Empty(_warnings);
        var found = store.Find(Key)!;
        Assert.Null(found.Batches);
        Assert.Equal([new RunPeak(2, new Bytes(9))], found.ObservedRuns);
        Assert.Equal(new Bytes(9), found.RunPeakOf(2));
    }

    [Theory]
    [InlineData("def", ExecutionProvider.Cpu, "fp32", 1)]
    [InlineData("abc", ExecutionProvider.Cuda, "fp32", 1)]
    [InlineData("abc", ExecutionProvider.Cpu, "int8", 1)]
    [InlineData("abc", ExecutionProvider.Cpu, "fp32", 8)]
    public void Should_find_nothing_when_any_part_of_the_key_differs(string hash, ExecutionProvider provider, string precision, int batch)
    {
        using var store = Open();
        store.Add(Key, Record);
        Assert.Null(store.Find(new FootprintKey(hash, provider, precision, batch)));
    }

    [Fact]
    public void Should_keep_both_when_two_processes_write_the_same_file()
    {
        using var one = Open();
        using var two = Open();
        one.Add(Key, Record);
        two.Add(Key with { Batch = 2 }, Record);
        two.Observe(Key, new FootprintObservation { Load = Bytes.MiB(1) });
        two.Flush();
        one.Observe(Key, new FootprintObservation { Load = Bytes.MiB(2) });
        one.Flush();

        using var third = Open();
        Assert.NotNull(third.Find(Key with { Batch = 2 }));
        Assert.Equal([Bytes.MiB(1), Bytes.MiB(2)], third.Find(Key)!.ObservedLoads);
        Assert.Equal([Bytes.MiB(1), Bytes.MiB(2)], one.Find(Key)!.ObservedLoads);
    }

    [Theory]
    [InlineData("{ \"version\": 1, \"models\": [")]
    [InlineData("not json at all")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{ \"version\": 1 }")]
    [InlineData("{ \"version\": 2, \"models\": [] }")]
    [InlineData("{ \"version\": 1, \"models\": [ { \"key\": { \"modelHash\": \"a\", \"provider\": \"Cpu\", \"precision\": \"fp32\", \"batch\": 1 }, \"record\": { \"load\": -5 } } ] }")]
    [InlineData("{ \"version\": 1, \"models\": [ { \"key\": { \"modelHash\": \"a\", \"provider\": \"Abacus\", \"precision\": \"fp32\", \"batch\": 1 }, \"record\": { } } ] }")]
    public void Should_set_the_file_aside_and_begin_anew_when_it_cannot_be_used(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, text);
        System.IO.File.WriteAllText(File + ".damaged-1", "an older one");

        using (var store = Open()) store.Add(Key, Record);

        Assert.Contains(".damaged-2", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Equal(text, System.IO.File.ReadAllText(File + ".damaged-2"));
        using var again = Open();
        Assert.NotNull(again.Find(Key));
        Assert.Single(_warnings);
    }

    [Fact]
    public void Should_warn_once_and_go_on_in_memory_when_the_place_cannot_be_written()
    {
        // A file where a folder is needed stops root too.
        System.IO.File.WriteAllText(_folder.File("cache"), "");
        using var store = Open();
        store.Add(Key, Record);
        store.Observe(Key, new FootprintObservation { Load = Bytes.MiB(90) });
        store.Flush();

        Assert.Equal(Bytes.MiB(90), store.Find(Key)!.LoadPeak);
        Assert.Contains("this process alone", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_write_what_it_could_not_when_the_place_comes_back()
    {
        System.IO.File.WriteAllText(_folder.File("cache"), "");
        using var store = Open();
        store.Add(Key, Record);
        System.IO.File.Delete(_folder.File("cache"));
        store.Flush();
        using var again = Open();
        Assert.NotNull(again.Find(Key));
    }

    [Fact]
    public void Should_leave_nothing_beside_the_file_but_its_lock_when_it_has_written()
    {
        using (var store = Open()) store.Add(Key, Record);
        Assert.Equal(["footprints.json", "footprints.json.lock"], Directory.GetFiles(Path.GetDirectoryName(File)!).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Should_stay_small_when_models_come_and_go()
    {
        using (var store = Open())
        {
            for (var i = 0; i < 300; i++) store.Observe(Key with { Batch = i + 1 }, new FootprintObservation { Load = new Bytes(i) });
        }
        using var again = Open();
        Assert.Null(again.Find(Key));
        Assert.NotNull(again.Find(Key with { Batch = 300 }));
    }

    [Fact]
    public void Should_lose_no_observation_when_many_threads_report()
    {
        using var store = Open();
        Parallel.For(0, 60, i => store.Observe(Key, new FootprintObservation { Load = new Bytes(i) }));
        store.Flush();
        using var again = Open();
        Assert.Equal(Enumerable.Range(0, 60).Select(i => new Bytes(i)), again.Find(Key)!.ObservedLoads.Order());
    }

    [Theory]
    [InlineData("/a", "/x", "/h", "/a/footprints.json")]
    [InlineData(null, "/x", "/h", "/x/actorpipeline/footprints.json")]
    [InlineData("", "relative", "/h", "/h/.cache/actorpipeline/footprints.json")]
    public void Should_lie_in_the_users_cache_when_no_file_is_named(string? variable, string? xdg, string? home, string expected) =>
        Assert.Equal(expected, FootprintFolder.DefaultPath(name => name switch { FootprintFolder.Variable => variable, "XDG_CACHE_HOME" => xdg, "HOME" => home, _ => null }));

    private FootprintStore Open() => new(File, warning => { lock (_warnings) _warnings.Add(warning); });
}
