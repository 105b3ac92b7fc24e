using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Vision;
using Microsoft.Extensions.Time.Testing;

namespace ActorPipeline.Synthetic;

public sealed class SyntheticModelRuntimeSpecs : IDisposable
{
    private static readonly ModelId Id = new("m");
    private readonly FakeTimeProvider _time = new();
    private readonly TestPicture _picture = new(8, 8, (x, y) => default);
    private readonly SyntheticModelRuntime _runtime;

    public SyntheticModelRuntimeSpecs() => _runtime = new SyntheticModelRuntime(_time);

    public void Dispose() => _picture.Dispose();

    [Fact]
    public void Should_answer_as_declared_when_it_detects_and_classifies()
    {
        var box = new Detection(new BoundingBox(1, 2, 3, 4), 1, 0.9f);
        _runtime.Add(new SyntheticModel(Id) { Detects = call => [box with { Score = call.Number / 10f }], Classifies = call => [new Classification(call.Lane, 1)] });
        using var detector = (IDetector)_runtime.Load(Card(ModelKind.PicoDet), default);
        var into = new Detection[2];
        Assert.Equal(1, detector.Detect(0, _picture.View, into));
        Assert.Equal(1, detector.Detect(0, _picture.View, into));
        Assert.Equal(0.1f, into[0].Score);
        using var classifier = (IClassifier)_runtime.Load(Card(ModelKind.Classification), default);
        var top = new Classification[1];
        classifier.Classify(3, _picture.View, top);
        Assert.Equal(new Classification(3, 1), top[0]);
        Assert.Equal((2, 3, 1), (_runtime["m"].Loads, _runtime["m"].Runs, _runtime["m"].MaxConcurrentRuns));
    }

    [Fact]
    public async Task Should_wait_on_virtual_time_when_loads_and_runs_take_some()
    {
        _runtime.Add(new SyntheticModel(Id) { LoadTime = TimeSpan.FromHours(1), RunTime = TimeSpan.FromDays(1) });
        var load = Task.Run(() => (IClassifier)_runtime.Load(Card(ModelKind.Classification), default));
        Until(() => _runtime[Id].Waiting == 1);
        Assert.False(load.IsCompleted);
        _time.Advance(TimeSpan.FromHours(1));
        using var model = await load;
        var run = Task.Run(() => model.Classify(0, _picture.View, new Classification[1]));
        Until(() => _runtime[Id].Waiting == 1);
        Assert.Equal(1, model.ActiveRuns);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await run);
        Assert.Equal(0, _runtime[Id].ActiveRuns);
    }

    [Fact]
    public void Should_fail_as_declared_when_loads_and_runs_are_to_fail()
    {
        _runtime.Add(new SyntheticModel(Id) { FailLoads = 2, Fails = call => call.Number == 1 });
        for (var i = 0; i < 2; i++) Assert.Equal(LoadFailure.Other, Assert.Throws<ModelLoadException>(() => _runtime.Load(Card(ModelKind.PicoDet), default)).Failure);
        using var model = (IDetector)_runtime.Load(Card(ModelKind.PicoDet), default);
        model.Detect(0, _picture.View, []);
        Assert.Throws<InvalidOperationException>(() => model.Detect(0, _picture.View, []));
        model.Detect(0, _picture.View, []);
        Assert.Equal((3, 1), (_runtime[Id].LoadAttempts, _runtime[Id].Loads));
        Assert.Equal(LoadFailure.FileMissing, Assert.Throws<ModelLoadException>(() => _runtime.Load(Card(ModelKind.PicoDet) with { Id = new ModelId("unknown") }, default)).Failure);
    }

    [Fact]
    public async Task Should_come_out_when_a_hanging_run_is_terminated_and_only_then()
    {
        _runtime.Add(new SyntheticModel(Id) { Hangs = call => call.Number == 0, HangsForEver = call => call.Number == 1 });
        using var model = (IDetector)_runtime.Load(Card(ModelKind.PicoDet), default);
        model.Terminate(0);
        var hangs = Task.Run(() => Record.Exception(() => model.Detect(0, _picture.View, [])));
        Until(() => _runtime[Id].Waiting == 1);
        var lost = Task.Run(() => Record.Exception(() => model.Detect(1, _picture.View, [])));
        Until(() => _runtime[Id].Waiting == 2);
        model.Terminate(0);
        model.Terminate(1);
        Assert.IsType<RunTerminatedException>(await hangs);
        Assert.False(lost.IsCompleted);
        model.Dispose();
        Assert.Equal(1, _runtime[Id].DisposedWhileRunning);
        _runtime.ReleaseHung();
        Assert.IsType<RunTerminatedException>(await lost);
    }

    [Fact]
    public void Should_count_it_when_a_disposed_model_is_run()
    {
        _runtime.Add(new SyntheticModel(Id) { Allocates = Bytes.MiB(1) });
        var model = (IDetector)_runtime.Load(Card(ModelKind.PicoDet), default);
        model.Dispose();
        model.Dispose();
        Assert.Throws<SessionClosedException>(() => model.Detect(0, _picture.View, []));
        Assert.Equal((1, 1, 0, 0), (_runtime[Id].RunsAfterDispose, _runtime[Id].Disposals, _runtime[Id].DisposedWhileRunning, _runtime[Id].Resident));
    }

    [Fact]
    public void Should_count_one_run_when_several_crops_are_a_batch()
    {
        _runtime.Add(new SyntheticModel(Id) { Batch = 4, Classifies = call => [new Classification((int)call.Number, 1)], Fails = call => call.Number == 3 });
        var card = Card(ModelKind.Classification);
        var inspection = _runtime.Inspect(card);
        Assert.Equal((4, 4), (inspection.MaxBatch, inspection.Footprint.Batch));
        using var model = (IClassifier)_runtime.Load(card with { Batch = 8 }, default);
        var (top, filled) = (new Classification[9], new int[9]);
        model.Classify(0, Enumerable.Repeat(_picture.View, 9).ToArray(), top, filled);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 2], top.Select(t => t.ClassIndex));
        Assert.Equal((4, 3, 9), (model.Batch, _runtime[Id].Runs, filled.Sum()));
        Assert.Throws<InvalidOperationException>(() => model.Classify(0, Enumerable.Repeat(_picture.View, 2).ToArray(), top, filled));
        using var alone = (IClassifier)_runtime.Load(card, default);
        Assert.Equal(1, alone.Batch);
    }

    [Fact]
    public async Task Should_be_cancelled_when_a_load_waits()
    {
        _runtime.Add(new SyntheticModel(Id) { LoadTime = TimeSpan.FromHours(1) });
        using var cancel = new CancellationTokenSource();
        var load = Task.Run(() => Assert.Throws<ModelLoadException>(() => _runtime.Load(Card(ModelKind.PicoDet), cancel.Token)));
        Until(() => _runtime[Id].Waiting == 1);
        cancel.Cancel();
        Assert.Equal(LoadFailure.Cancelled, (await load).Failure);
    }

    private static ModelCard Card(ModelKind kind) => new() { Id = Id, Path = "none", Kind = kind };

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)));
}
