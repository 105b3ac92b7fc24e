using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Engines;

/// <summary>The store over a recipe that is played: what it does where building or opening fails.</summary>
public sealed class EngineStoreSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _log = [];
    private readonly Played _recipe = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Should_open_the_engine_that_it_built_and_the_one_it_kept()
    {
        var store = Store();
        Assert.False(store.IsDone(_recipe.Key));
        Assert.Equal(EngineUse.Built, store.Open(_recipe, wait: false, default).Use);
        Assert.Equal(EngineUse.Hit, store.Open(_recipe, wait: false, default).Use);
        Assert.Equal(EngineUse.Hit, Store().Open(_recipe, wait: false, default).Use);
        Assert.True(store.IsDone(_recipe.Key));
        Assert.Equal((1, 3, 0), (_recipe.Writes, _recipe.Opens, _recipe.PlainOpens));
    }

    [Fact]
    public void Should_go_without_and_say_so_once_when_it_cannot_be_built()
    {
        var store = Store();
        _recipe.OnWrite = () => throw new InvalidDataException("its output 0 differs");
        var opened = store.Open(_recipe, wait: false, default);
        store.Open(_recipe, wait: false, default);
        Assert.Equal((EngineUse.None, "its output 0 differs"), (opened.Use, opened.WhyNot));
        Assert.Contains("its output 0 differs", Assert.Single(_log));
        // It would be as wrong the next time.
        Assert.Equal((1, 0, 2, true), (_recipe.Writes, _recipe.Opens, _recipe.PlainOpens, store.IsDone(_recipe.Key)));
    }

    [Fact]
    public void Should_go_without_when_the_folder_cannot_be_written()
    {
        var store = new EngineStore(new EngineCache(Path.Combine(_folder.Write("file", [1]), "below"), Bytes.MiB(64), _log.Add), _log.Add);
        Assert.Equal(EngineUse.None, store.Open(_recipe, wait: true, default).Use);
        Assert.Contains("has no engine", Assert.Single(_log));
    }

    [Fact]
    public void Should_refuse_when_it_cannot_be_built_and_the_recipe_does_not_go_without()
    {
        var recipe = new Played { RunsPlain = false, OnWrite = () => throw new InvalidDataException("nothing in common") };
        Assert.Contains("nothing in common", Assert.Throws<OnnxCallException>(() => Store().Open(recipe, wait: false, default)).Message);
    }

    [Fact]
    public void Should_build_it_anew_once_when_what_was_kept_does_not_open()
    {
        var store = Store();
        store.Open(_recipe, wait: false, default);
        _recipe.OnOpen = attempt => { if (attempt == 2) throw new OnnxCallException("[ErrorCode:InvalidProtobuf] damaged"); };
        Assert.Equal(EngineUse.Built, store.Open(_recipe, wait: false, default).Use);
        Assert.Contains("thrown away", Assert.Single(_log));
        Assert.Equal(2, _recipe.Writes);
    }

    [Fact]
    public void Should_go_without_when_what_it_builds_does_not_open_again_and_again()
    {
        _recipe.OnOpen = _ => throw new OnnxCallException("[ErrorCode:InvalidProtobuf] no");
        Assert.Equal(EngineUse.None, Store().Open(_recipe, wait: false, default).Use);
        Assert.Equal((2, 1), (_recipe.Writes, _recipe.PlainOpens));
    }

    [Fact]
    public void Should_keep_the_engine_and_go_without_this_once_when_it_does_not_open_for_a_fault_elsewhere()
    {
        var store = Store();
        store.Open(_recipe, wait: false, default);
        _recipe.OnOpen = attempt => { if (attempt == 2) throw new OnnxCallException("[ErrorCode:Fail] libcudnn.so.9: cannot open shared object file"); };
        Assert.Equal(EngineUse.None, store.Open(_recipe, wait: false, default).Use);
        Assert.Contains("libcudnn.so.9", Assert.Single(_log));
        Assert.Equal(EngineUse.Hit, store.Open(_recipe, wait: false, default).Use);
    }

    [Fact]
    public void Should_say_so_and_keep_the_engine_when_it_does_not_open_and_the_recipe_does_not_go_without()
    {
        var (store, recipe) = (Store(), new Played { RunsPlain = false });
        store.Open(recipe, wait: false, default);
        recipe.OnOpen = _ => throw new OnnxCallException("[ErrorCode:Fail] CUDA failure 100");
        Assert.Throws<OnnxCallException>(() => store.Open(recipe, wait: false, default));
        Assert.True(store.IsDone(recipe.Key));
        Assert.Equal(0, recipe.PlainOpens);
    }

    [Theory]
    [InlineData("[ErrorCode:Fail] std::bad_alloc")]
    [InlineData("[ErrorCode:RequirementNotRegistered] Graph loading canceled due to user request")]
    public void Should_keep_the_engine_when_the_load_failed_for_no_fault_of_it(string text)
    {
        var store = Store();
        store.Open(_recipe, wait: false, default);
        _recipe.OnOpen = _ => throw new OnnxCallException(text);
        Assert.Throws<OnnxCallException>(() => store.Open(_recipe, wait: false, default));
        Assert.True(store.IsDone(_recipe.Key));
        Assert.Empty(_log);
    }

    [Fact]
    public void Should_not_count_a_cancelled_build_as_one_that_cannot_be()
    {
        var store = Store();
        _recipe.OnWrite = () => throw new OnnxCallException("[ErrorCode:RequirementNotRegistered] Graph loading canceled due to user request");
        Assert.Throws<OnnxCallException>(() => store.Open(_recipe, wait: false, default));
        _recipe.OnWrite = () => { };
        Assert.Equal(EngineUse.Built, store.Open(_recipe, wait: false, default).Use);
    }

    private EngineStore Store() => new(new EngineCache(_folder.File("engines"), Bytes.MiB(64), _log.Add), _log.Add);

    private sealed class Played : IEngineRecipe, INativeSession
    {
        public ModelCard Card { get; } = TinyOnnx.Card("tiny.onnx");

        public EngineKey Key { get; } = new() { Model = "m", Provider = ExecutionProvider.Cpu, Runtime = "1", Device = "d", Precision = "fp32", Recipe = "1" };

        public bool RunsPlain { get; init; } = true;

        public Action OnWrite { get; set; } = () => { };

        public Action<int> OnOpen { get; set; } = _ => { };

        public int Writes { get; private set; }

        public int Opens { get; private set; }

        public int PlainOpens { get; private set; }

        public IReadOnlyList<TensorDescription> Inputs => [];

        public IReadOnlyList<TensorDescription> Outputs => [];

        public EngineManifest Write(string folder, CancellationToken cancellation)
        {
            Writes++;
            OnWrite();
            File.WriteAllText(Path.Combine(folder, "model.onnx"), "content");
            return new EngineManifest { Key = Key, Model = "model.onnx" };
        }

        public INativeSession Open(Engine engine, CancellationToken cancellation)
        {
            OnOpen(++Opens);
            return this;
        }

        public INativeSession OpenPlain(CancellationToken cancellation)
        {
            PlainOpens++;
            return this;
        }

        public INativeTensor Allocate(TensorSpec spec) => throw new NotSupportedException();

        public INativeBinding Bind(IReadOnlyList<INativeTensor> inputs, IReadOnlyList<INativeTensor> outputs) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
