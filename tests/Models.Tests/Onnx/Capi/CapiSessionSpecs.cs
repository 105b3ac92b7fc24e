using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx.Capi;

public sealed class CapiSessionSpecs : IDisposable
{
    private const string Oldest = "1.16.3";
    private const string Newest = Runtimes.Packaged;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Runtime(Oldest)]
    [Runtime(Newest)]
    public void Should_read_its_input_anew_when_one_binding_runs_many_times(string version)
    {
        using var session = Open(version, TinyOnnx.ChannelMeans());
        using var rig = new SessionRig(session);
        for (var i = 1; i <= 100; i++)
        {
            rig.Input.Fill(i);
            rig.Binding.Run();
            Assert.Equal([i, i, i], rig.Output().ToArray());
        }
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime(Newest)]
    public void Should_read_its_input_anew_when_tensors_are_staged(string version)
    {
        using var session = Open(version, TinyOnnx.ChannelMeans(), SessionRig.Plan with { Staged = true });
        using var rig = new SessionRig(session);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i <= 100; i++)
        {
            rig.Input.Fill(i);
            rig.Binding.Run();
            if (rig.Output()[2] != i) Assert.Fail($"{rig.Output()[2]} instead of {i}");
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime(Newest)]
    public void Should_take_memory_of_a_sessions_allocator_when_it_has_one(string version)
    {
        var api = CapiApi.Of(OnnxLibraryFile.Load(Runtimes.PathOf(version)!));
        using var session = (CapiSession)Open(version, TinyOnnx.ChannelMeans());
        using CapiPinnedMemory none = new(api, session.Handle), processor = new(api, session.Handle, "Cpu");
        Assert.Null(none.TryAllocate(new TensorSpec("image", [1, 3, 4, 4])));
        using var tensor = processor.TryAllocate(new TensorSpec("image", [1, 3, 4, 4]))!;
        Assert.Equal(new float[48], Floats(tensor).ToArray());
        using var output = session.Allocate(new TensorSpec("scores", [1, 3, 1, 1]));
        using var binding = session.Bind([tensor], [output]);
        Floats(tensor).Fill(7);
        binding.Run();
        Assert.Equal([7, 7, 7], Floats(output).ToArray());
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime("1.20.1")]
    [Runtime("1.23.2")]
    [Runtime("1.30.0")]
    [Runtime(Newest)]
    public void Should_allocate_nothing_managed_when_it_runs(string version)
    {
        using var session = Open(version, TinyOnnx.ChannelMeans());
        using var rig = new SessionRig(session);
        for (var i = 0; i < 10; i++) rig.Binding.Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) rig.Binding.Run();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime("1.20.1")]
    [Runtime("1.23.2")]
    [Runtime("1.30.0")]
    [Runtime(Newest)]
    public void Should_stop_and_run_again_when_a_run_was_terminated(string version)
    {
        using var session = Open(version, TinyOnnx.Slow(1500));
        using var rig = new SessionRig(session);
        var clock = Stopwatch.StartNew();
        using var started = new ManualResetEventSlim();
        Exception? outcome = null;
        var thread = new Thread(() =>
        {
            started.Set();
            outcome = Record.Exception(rig.Binding.Run);
        });
        thread.Start();
        started.Wait();
        rig.Binding.Terminate = true;
        thread.Join();
        Assert.True(OnnxFault.WasTerminated(Assert.IsType<OnnxCallException>(outcome)), outcome!.Message);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");

        using var quick = Open(version, TinyOnnx.ChannelMeans());
        using var again = new SessionRig(quick);
        again.Binding.Terminate = true;
        Assert.True(OnnxFault.WasTerminated(Assert.Throws<OnnxCallException>(again.Binding.Run)));
        again.Binding.Terminate = false;
        again.Binding.Run();
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime("1.20.1")]
    [Runtime("1.23.2")]
    [Runtime("1.30.0")]
    [Runtime(Newest)]
    public void Should_say_the_same_kind_of_failure_as_the_managed_wrapper_when_it_is_refused(string version)
    {
        var good = _folder.Write("good.onnx", TinyOnnx.Weighted(1));
        var missing = Assert.Throws<OnnxCallException>(() => Runtimes.Library(version).Open(_folder.File("nowhere.onnx"), SessionRig.Plan, default));
        var damaged = Assert.Throws<OnnxCallException>(() => Open(version, [1, 2, 3, 4, 5]));
        var cut = Assert.Throws<OnnxCallException>(() => Open(version, File.ReadAllBytes(good)[..^20]));
        Assert.StartsWith("[ErrorCode:NoSuchFile] ", missing.Message, StringComparison.Ordinal);
        Assert.Equal(LoadFailure.FileMissing, OnnxFault.Classify(missing));
        Assert.Equal(LoadFailure.NotAModel, OnnxFault.Classify(damaged));
        Assert.Equal(LoadFailure.NotAModel, OnnxFault.Classify(cut));

        using var session = Runtimes.Library(version).Open(good, SessionRig.Plan, default);
        using INativeTensor small = session.Allocate(new TensorSpec("image", [1, 3, 2, 2])), output = session.Allocate(new TensorSpec("scores", [1, 3, 1, 1]));
        using var wrong = session.Bind([small], [output]);
        Assert.StartsWith("[ErrorCode:InvalidArgument] Got invalid dimensions for input: image", Assert.Throws<OnnxCallException>(wrong.Run).Message, StringComparison.Ordinal);
        using var misnamed = session.Allocate(new TensorSpec("nobody", [1, 3, 4, 4]));
        Assert.StartsWith("[ErrorCode:Fail] Failed to find input name in the mapping: nobody", Assert.Throws<OnnxCallException>(() => session.Bind([misnamed], [output])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime(Newest)]
    public void Should_read_weights_where_they_lie_and_let_them_go_last_when_the_plan_maps_them(string version)
    {
        var weights = new MadeWeights("w", 5, 9);
        var session = Open(version, TinyOnnx.Weighted(1), SessionRig.Plan with { Weights = weights, Optimise = false });
        using (var rig = new SessionRig(session))
        {
            rig.Input.Fill(2);
            rig.Binding.Run();
            // Each class sums three channels of 2 x 5.
            Assert.Equal([30, 30, 30], rig.Output().ToArray());
        }
        Assert.Equal(0, weights.Disposed);
        session.Dispose();
        session.Dispose();
        Assert.Equal(1, weights.Disposed);
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime(Newest)]
    public void Should_let_weights_go_when_the_session_does_not_open(string version)
    {
        var weights = new MadeWeights("w", 5, 9);
        Assert.Throws<OnnxCallException>(() => Open(version, [1, 2, 3], SessionRig.Plan with { Weights = weights }));
        Assert.Equal(1, weights.Disposed);
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime(Newest)]
    public void Should_write_the_optimised_graph_when_the_plan_says_where(string version)
    {
        var written = _folder.File("written.onnx");
        Open(version, TinyOnnx.Weighted(3), SessionRig.Plan with { WriteTo = written }).Dispose();
        using var session = Runtimes.Library(version).Open(written, SessionRig.Plan with { Optimise = false, Arena = false }, default);
        using var rig = new SessionRig(session);
        rig.Input.Fill(1);
        rig.Binding.Run();
        Assert.Equal([9, 9, 9], rig.Output().ToArray());
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime(Newest)]
    public void Should_be_refused_when_the_plan_has_a_bad_entry(string version)
    {
        var e = Assert.Throws<OnnxCallException>(() => Open(version, TinyOnnx.ChannelMeans(), SessionRig.Plan.With(new string('k', 5000), "1")));
        Assert.StartsWith("[ErrorCode:InvalidArgument] ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Runtime(Oldest)]
    [Runtime(Newest)]
    public async Task Should_survive_when_lanes_run_terminate_close_and_dispose_at_random(string version)
    {
        var path = _folder.Write("tiny.onnx", TinyOnnx.ChannelMeans(32, 32));
        for (var round = 0; round < 10; round++)
        {
            var model = (IClassifier)Load(version, path);
            using var picture = new TestPicture(4, 4, (x, y) => (10, 20, 30));
            var lanes = Enumerable.Range(0, 3).Select(lane => Task.Factory.StartNew(() => Record.Exception(() =>
            {
                var top = new Classification[3];
                for (var i = 0; i < 200; i++)
                {
                    model.Classify(lane, picture.View, top);
                    if (i % 40 == lane) model.CloseLane(lane);
                }
            }), TaskCreationOptions.LongRunning)).ToArray();
            for (var i = 0; i < round * 20; i++) model.Terminate(i % 3);
            model.Dispose();
            foreach (var outcome in await Task.WhenAll(lanes)) Assert.True(outcome is null or SessionClosedException or RunTerminatedException, $"{outcome}");
        }
    }

    // A runtime given the packaged library's path wants the wrapper, which this process uses from the package already.
    private static ILoadedModel Load(string version, string path) =>
        new OnnxModelRuntime(library: version == Newest ? OnnxLibraryUse.Auto : Runtimes.PathOf(version)!).Load(TinyOnnx.Card(path), default);

    private INativeSession Open(string version, byte[] graph, SessionPlan? plan = null) =>
        Runtimes.Library(version).Open(_folder.Write($"{Guid.NewGuid():N}.onnx", graph), plan ?? SessionRig.Plan, default);

    private static unsafe Span<float> Floats(INativeTensor tensor) => new((void*)tensor.Data, tensor.Spec.Length);
}
