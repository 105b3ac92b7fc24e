using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Managed;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>The cache alone, over an opener that tells what it was asked for.</summary>
public sealed class PreparedModelsSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<(string Path, bool Writes, bool Optimises)> _opened = [];
    private readonly List<string> _log = [];
    private readonly ModelCard _card;
    private readonly PreparedModels _prepared;

    public PreparedModelsSpecs()
    {
        _card = TinyOnnx.Card(_folder.Write("model.onnx", TinyOnnx.Weighted(1, classes: 128)));
        _prepared = Cache();
        OnnxEnvironment.Ensure(_card, null);
    }

    private string Kept => Assert.Single(Directory.GetDirectories(Folder));

    private string Folder => _folder.File("prepared");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_write_a_model_once_and_open_it_unoptimised_when_it_is_loaded_again()
    {
        Load();
        Assert.Equal([(_card.Path, true), (Path.Combine(Folder, "draft", "model.onnx"), false), (Path.Combine(Kept, "model.onnx"), false)], _opened.Select(o => (o.Path, o.Writes)));
        Assert.True(new FileInfo(Path.Combine(Kept, "weights.bin")).Length >= 1536);
        var written = Directory.GetFiles(Kept).Select(File.GetLastWriteTimeUtc).ToArray();
        _opened.Clear();
        Load();
        Assert.Equal([(Path.Combine(Kept, "model.onnx"), false, false)], _opened);
        // Another process finds it as well.
        _opened.Clear();
        Load(Cache());
        Assert.Equal(Path.Combine(Kept, "model.onnx"), Assert.Single(_opened).Path);
        Assert.Equal(written, Directory.GetFiles(Kept).Select(File.GetLastWriteTimeUtc));
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData("model.onnx", -1)]
    [InlineData("model.onnx", 100)]
    [InlineData("weights.bin", -1)]
    [InlineData("weights.bin", 0)]
    [InlineData("weights.bin", 100)]
    [InlineData("fingerprint", 3)]
    [InlineData("fingerprint", -1)]
    public void Should_throw_it_away_and_make_it_anew_when_a_file_is_missing_cut_off_or_altered(string file, int bytes)
    {
        var expected = Load();
        var path = Path.Combine(Kept, file);
        var whole = File.ReadAllBytes(path);
        if (bytes < 0) File.Delete(path);
        else File.WriteAllBytes(path, whole[..bytes]);
        Assert.Equal(expected, Load(Cache()));
        Assert.Contains("thrown away", Assert.Single(_log));
        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    [Fact]
    public void Should_throw_it_away_when_one_of_its_weights_is_another()
    {
        var expected = Load();
        var path = Path.Combine(Kept, "weights.bin");
        var content = File.ReadAllBytes(path);
        content[500] ^= 0x40;
        File.WriteAllBytes(path, content);
        Assert.Equal(expected, Load(Cache()));
        Assert.Contains("not what was written", Assert.Single(_log));
    }

    [Fact]
    public void Should_keep_another_when_the_models_content_is_another()
    {
        Load();
        File.WriteAllBytes(_card.Path, TinyOnnx.Weighted(2, classes: 128));
        Assert.NotEqual(Load(), Load(new PreparedModels(_folder.File("elsewhere"), _log.Add), TinyOnnx.Card(_folder.Write("first.onnx", TinyOnnx.Weighted(1, classes: 128)))));
        Assert.Equal(2, Directory.GetDirectories(Folder).Length);
    }

    [Fact]
    public void Should_load_it_plainly_and_say_so_once_when_the_folder_cannot_be_written()
    {
        var prepared = new PreparedModels(Path.Combine(_folder.Write("file", [1]), "below"), _log.Add);
        Assert.Equal(Load(prepared), Load(prepared));
        Assert.Equal([_card.Path, _card.Path], _opened.Select(o => o.Path));
        Assert.Contains("loaded unprepared", Assert.Single(_log));
    }

    [Fact]
    public void Should_load_it_plainly_and_keep_nothing_when_the_prepared_model_gives_something_else()
    {
        var other = _folder.Write("other.onnx", TinyOnnx.Weighted(2, classes: 128));
        using (var session = _prepared.Open(_card, (path, adjust) => Open(path.Contains("draft", StringComparison.Ordinal) ? other : path, adjust)))
            Assert.Equal(_card.Path, _opened[^1].Path);
        Assert.Contains("instead of", Assert.Single(_log));
        Assert.Empty(Directory.GetDirectories(Folder));
        _opened.Clear();
        Load();
        // It would be as wrong the next time.
        Assert.Equal([(_card.Path, false)], _opened.Select(o => (o.Path, o.Writes)));
    }

    [Fact]
    public void Should_load_it_plainly_when_another_process_is_preparing_and_prepare_it_the_next_time()
    {
        Directory.CreateDirectory(Folder);
        using (new FileStream(Path.Combine(Folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
            Load();
        Assert.Equal([(_card.Path, false)], _opened.Select(o => (o.Path, o.Writes)));
        Load();
        Assert.Equal(Path.Combine(Kept, "model.onnx"), _opened[^1].Path);
        Assert.Empty(_log);
    }

    [Fact]
    public void Should_start_anew_when_a_process_died_while_it_prepared()
    {
        var draft = Directory.CreateDirectory(Path.Combine(Folder, "draft"));
        File.WriteAllText(Path.Combine(draft.FullName, "model.onnx"), "half");
        File.WriteAllText(Path.Combine(draft.FullName, "left.bin"), "over");
        Load();
        Assert.False(draft.Exists && Directory.Exists(draft.FullName));
        Assert.Equal(["fingerprint", "model.onnx", "weights.bin"], Directory.GetFiles(Kept).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Should_do_no_harm_when_many_prepare_at_once()
    {
        var expected = Load(new PreparedModels(_folder.File("elsewhere"), null));
        // The opener's notes are not for many threads; a runtime for each, as for processes.
        Parallel.For(0, 8, _ =>
        {
            var runtime = new PreparedModels(Folder, null);
            for (var i = 0; i < 4; i++)
                using (var session = runtime.Open(_card, Plain))
                    Assert.Equal(expected, PreparedCheck.Run(session)[0]);
        });
        Assert.Equal(["fingerprint", "model.onnx", "weights.bin"], Directory.GetFiles(Kept).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Should_take_weights_beside_the_model_along_when_it_has_some()
    {
        _folder.Write("w.bin", TinyOnnx.Floats(3, 384));
        var card = TinyOnnx.Card(_folder.Write("external.onnx", TinyOnnx.Weighted(0, "w.bin", 128)));
        var expected = Load(null, card);
        Assert.Equal(Path.Combine(Kept, "model.onnx"), _opened[^1].Path);
        Assert.Equal(expected, Load(null, card));
    }

    [Fact]
    public void Should_name_another_when_model_runtime_or_processor_are_others()
    {
        var (one, two) = (ModelFingerprint.Of(_card.Path), ModelFingerprint.Of(_folder.Write("two.onnx", TinyOnnx.Weighted(2))));
        string[] keys = [PreparedKey.Of(one, "1.31.1", "x"), PreparedKey.Of(two, "1.31.1", "x"), PreparedKey.Of(one, "1.32.0", "x"), PreparedKey.Of(one, "1.31.1", "y")];
        Assert.Equal(4, keys.Distinct().Count());
        Assert.Equal(PreparedKey.Of(one), PreparedKey.Of(one));
    }

    private PreparedModels Cache() => new(Folder, _log.Add);

    private float[] Load(PreparedModels? prepared = null, ModelCard? card = null)
    {
        using var session = (prepared ?? _prepared).Open(card ?? _card, Open);
        return PreparedCheck.Run(session)[0];
    }

    private INativeSession Open(string path, Func<SessionPlan, SessionPlan> adjust)
    {
        var plan = adjust(new SessionPlan { Provider = ExecutionProvider.Cpu });
        _opened.Add((path, plan.WriteTo is not null, plan.Optimise));
        return ManagedLibrary.Instance.Open(path, plan, default);
    }

    private static INativeSession Plain(string path, Func<SessionPlan, SessionPlan> adjust) =>
        ManagedLibrary.Instance.Open(path, adjust(new SessionPlan { Provider = ExecutionProvider.Cpu }), default);
}
