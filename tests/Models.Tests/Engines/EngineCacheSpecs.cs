using ActorPipeline.Catalog;

namespace ActorPipeline.Engines;

public sealed class EngineCacheSpecs : IDisposable
{
    private static readonly EngineKey Key = new()
    {
        Model = "m", Provider = ExecutionProvider.Cpu, Runtime = "1.31.1", Device = "x64", Precision = "fp32", Recipe = "1",
    };

    private readonly TestFolder _folder = new();
    private readonly List<string> _log = [];

    private string Folder => _folder.File("engines");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_find_what_was_built_and_build_it_once()
    {
        var cache = Cache();
        Assert.Null(cache.Find(Key));
        var (built, isNew) = cache.Build(Key, wait: false, Write, default)!.Value;
        Assert.True(isNew && cache.Holds(Key));
        Assert.Equal("content", File.ReadAllText(built.File("model.onnx")));
        var (found, again) = Cache().Build(Key, wait: false, _ => throw new InvalidOperationException("built twice"), default)!.Value;
        Assert.False(again);
        Assert.Equal((built.Folder, "rewritten"), (found.Folder, found.Manifest.Rewrites.Single()));
        Assert.Empty(_log);
    }

    public static TheoryData<string> KeyParts => new("model", "provider", "providerVersion", "runtime", "device", "precision", "shapes", "workspace", "recipe");

    [Theory]
    [MemberData(nameof(KeyParts))]
    public void Should_not_find_an_engine_when_anything_it_depends_on_is_another(string part)
    {
        Cache().Build(Key, wait: false, Write, default);
        Assert.Null(Cache().Find(Other(part)));
        Assert.NotEqual(Key.Hex(), Other(part).Hex());
    }

    [Fact]
    public void Should_not_use_an_engine_that_was_renamed_to_another_key()
    {
        Cache().Build(Key, wait: false, Write, default);
        // As if it came from another machine.
        var other = Other("device");
        Directory.Move(Path.Combine(Folder, Key.Hex()), Path.Combine(Folder, other.Hex()));
        Assert.Null(Cache().Find(other));
        Assert.Contains("built for something else", Assert.Single(_log));
        Assert.False(Cache().Holds(other));
    }

    [Theory]
    [InlineData("model.onnx", -1)]
    [InlineData("model.onnx", 3)]
    [InlineData("manifest.json", -1)]
    [InlineData("manifest.json", 0)]
    [InlineData("manifest.json", 20)]
    [InlineData("fingerprint", -1)]
    [InlineData("fingerprint", 5)]
    public void Should_throw_an_engine_away_and_build_it_anew_when_a_file_is_missing_or_cut_off(string file, int bytes)
    {
        Cache().Build(Key, wait: false, Write, default);
        var path = Path.Combine(Folder, Key.Hex(), file);
        if (bytes < 0) File.Delete(path);
        else File.WriteAllBytes(path, File.ReadAllBytes(path)[..bytes]);
        Assert.True(Cache().Build(Key, wait: false, Write, default)!.Value.Built);
        Assert.Contains("thrown away", Assert.Single(_log));
        Assert.NotNull(Cache().Find(Key));
    }

    [Theory]
    [InlineData("model.onnx")]
    [InlineData("manifest.json")]
    public void Should_throw_an_engine_away_when_a_bit_of_it_is_another(string file)
    {
        Cache().Build(Key, wait: false, Write, default);
        var path = Path.Combine(Folder, Key.Hex(), file);
        var bytes = File.ReadAllBytes(path);
        bytes[5] ^= 0x10;
        File.WriteAllBytes(path, bytes);
        Assert.Null(Cache().Find(Key));
        Assert.Contains("not what was written", Assert.Single(_log));
    }

    [Fact]
    public void Should_keep_nothing_when_writing_fails()
    {
        Assert.Throws<InvalidDataException>(() => Cache().Build(Key, wait: false, folder =>
        {
            Write(folder);
            throw new InvalidDataException("differs");
        }, default));
        Assert.Empty(Directory.GetDirectories(Folder));
        Assert.True(Cache().Build(Key, wait: false, Write, default)!.Value.Built);
    }

    [Fact]
    public void Should_start_anew_when_a_process_died_while_it_built()
    {
        Directory.CreateDirectory(_folder.File("engines/draft"));
        _folder.Write("engines/draft/model.onnx", "half"u8.ToArray());
        _folder.Write("engines/draft/left.bin", "over"u8.ToArray());
        var (engine, _) = Cache().Build(Key, wait: false, Write, default)!.Value;
        Assert.Equal(["model.onnx"], engine.Manifest.Files.Keys);
        Assert.Equal([Path.Combine(Folder, Key.Hex())], Directory.GetDirectories(Folder));
    }

    [Fact]
    public void Should_go_without_when_another_process_builds_and_this_does_not_wait()
    {
        Directory.CreateDirectory(Folder);
        using (Locked()) Assert.Null(Cache().Build(Key, wait: false, Write, default));
        Assert.NotNull(Cache().Build(Key, wait: false, Write, default));
    }

    [Fact]
    public async Task Should_wait_for_another_process_and_take_what_it_built()
    {
        Directory.CreateDirectory(Folder);
        Task<(Engine Engine, bool Built)?> waiting;
        using (Locked())
        {
            waiting = Task.Run(() => Cache().Build(Key, wait: true, _ => throw new InvalidOperationException("built twice"), default));
            var elsewhere = new EngineCache(_folder.File("elsewhere"), Bytes.MiB(64), _log.Add);
            Directory.Move(elsewhere.Build(Key, wait: false, Write, default)!.Value.Engine.Folder, Path.Combine(Folder, Key.Hex()));
        }
        Assert.False((await waiting)!.Value.Built);
    }

    [Fact]
    public async Task Should_stop_waiting_when_it_is_cancelled()
    {
        Directory.CreateDirectory(Folder);
        using var locked = Locked();
        using var cancelled = new CancellationTokenSource();
        var waiting = Task.Run(() => Cache().Build(Key, wait: true, Write, cancelled.Token));
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public void Should_build_once_when_many_want_it_at_once()
    {
        var built = 0;
        Parallel.For(0, 8, _ =>
        {
            var (engine, isNew) = Cache().Build(Key, wait: true, Write, default)!.Value;
            if (isNew) Interlocked.Increment(ref built);
            Assert.Equal("content", File.ReadAllText(engine.File("model.onnx")));
        });
        Assert.Equal(1, built);
    }

    [Fact]
    public void Should_make_room_by_the_longest_unused_when_the_cache_is_full()
    {
        // Room for two: each takes its file, its manifest and a fingerprint of 64 digits.
        var cache = new EngineCache(Folder, new Bytes(5 * (10_000 + TenKilobytes("", Key, write: false).ToJson().Length + 300) / 2), _log.Add);
        var keys = new[] { "a", "b", "c", "d" }.Select(model => Key with { Model = model }).ToArray();
        for (var n = 0; n < 3; n++)
        {
            var i = n;
            cache.Build(keys[i], wait: false, folder => TenKilobytes(folder, keys[i]), default);
            File.SetLastWriteTimeUtc(Path.Combine(Folder, keys[i].Hex(), "used"), DateTime.UtcNow.AddHours(i - 30));
        }
        // The oldest went when the third came; this one is used now.
        Assert.Equal([false, true, true], keys[..3].Select(cache.Holds));
        Assert.NotNull(cache.Find(keys[1]));
        cache.Build(keys[3], wait: false, folder => TenKilobytes(folder, keys[3]), default);
        Assert.Equal([false, true, false, true], keys.Select(cache.Holds));
        Assert.Contains("made room", _log[^1]);
        // The newest stays, however large.
        var small = new EngineCache(Folder, new Bytes(10), null);
        small.Build(Key, wait: false, Write, default);
        Assert.Equal([Path.Combine(Folder, Key.Hex())], Directory.GetDirectories(Folder));
    }

    [Fact]
    public void Should_say_so_when_the_folder_cannot_be_written()
    {
        var cache = new EngineCache(Path.Combine(_folder.Write("file", [1]), "below"), Bytes.MiB(64), _log.Add);
        Assert.ThrowsAny<IOException>(() => cache.Build(Key, wait: true, Write, default));
        Assert.Null(cache.Find(Key));
    }

    private FileStream Locked() => new(Path.Combine(Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private EngineCache Cache() => new(Folder, Bytes.MiB(64), line => { lock (_log) _log.Add(line); });

    private static EngineManifest Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "model.onnx"), "content");
        return new EngineManifest { Key = Key, Model = "model.onnx", Rewrites = ["rewritten"] };
    }

    /// <summary>A file of ten kilobytes.</summary>
    private static EngineManifest TenKilobytes(string folder, EngineKey key, bool write = true)
    {
        if (write) File.WriteAllBytes(Path.Combine(folder, "model.onnx"), new byte[10_000]);
        return new EngineManifest { Key = key, Model = "model.onnx" };
    }

    private static EngineKey Other(string part) => part switch
    {
        "model" => Key with { Model = "n" },
        "provider" => Key with { Provider = ExecutionProvider.Cuda },
        "providerVersion" => Key with { ProviderVersion = "10.9" },
        "runtime" => Key with { Runtime = "1.32.0" },
        "device" => Key with { Device = "arm64" },
        "precision" => Key with { Precision = "int8" },
        "shapes" => Key with { Shapes = "8x3x224x224" },
        "workspace" => Key with { Workspace = Bytes.MiB(64) },
        _ => Key with { Recipe = "2" },
    };
}
