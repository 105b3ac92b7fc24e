using System.Diagnostics;
using ActorPipeline.Inference;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

public sealed class OnnxSessionSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly OnnxModelRuntime _runtime = new();
    private readonly TestPicture _picture = new(4, 4, (x, y) => (10, 20, 30));

    public void Dispose()
    {
        _picture.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Should_refuse_a_run_when_it_is_disposed()
    {
        var model = Load(TinyOnnx.ChannelMeans());
        Assert.Equal(3, model.Classify(0, _picture.View, new Classification[3]));
        model.Dispose();
        model.Dispose();
        Assert.True(SessionOf(model).IsFreed);
        Assert.Throws<SessionClosedException>(() => model.Classify(0, _picture.View, new Classification[3]));
        model.Terminate(0);
        model.CloseLane(0);
    }

    [Fact]
    public void Should_free_the_session_when_it_is_disposed_and_the_last_run_comes_out()
    {
        var model = Load(TinyOnnx.Slow(300));
        var run = InBackground(() => model.Classify(0, _picture.View, new Classification[3]));
        Until(() => model.ActiveRuns == 1);
        model.Dispose();
        Assert.False(SessionOf(model).IsFreed);
        Assert.Throws<SessionClosedException>(() => model.Classify(1, _picture.View, new Classification[3]));
        Assert.Null(run());
        Assert.True(SessionOf(model).IsFreed);
        Assert.Equal(0, model.ActiveRuns);
    }

    [Fact]
    public void Should_end_only_the_run_that_goes_on_when_a_lane_is_terminated()
    {
        using var model = Load(TinyOnnx.Slow(1500));
        var clock = Stopwatch.StartNew();
        var run = InBackground(() => model.Classify(3, _picture.View, new Classification[3]));
        Until(() => model.ActiveRuns == 1);
        model.Terminate(4);
        model.Terminate(3);
        Assert.IsType<RunTerminatedException>(run());
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"It took {clock.Elapsed}.");
        Assert.Equal(0, model.ActiveRuns);
        Assert.False(SessionOf(model).IsFreed);
    }

    [Fact]
    public void Should_run_again_when_the_run_before_was_terminated_or_no_run_went_on()
    {
        using var model = Load(TinyOnnx.ChannelMeans());
        model.Terminate(0);
        Assert.Equal(3, model.Classify(0, _picture.View, new Classification[3]));
        for (var i = 0; i < 50; i++)
        {
            using (var run = SessionOf(model).Enter(0))
            {
                model.Terminate(0);
                Throws<RunTerminatedException>(run);
            }
            model.Terminate(0);
            Assert.Equal(3, model.Classify(0, _picture.View, new Classification[3]));
        }
    }

    [Fact]
    public void Should_refuse_a_second_run_and_closing_when_the_lane_runs()
    {
        using var model = Load(TinyOnnx.ChannelMeans());
        using (SessionOf(model).Enter(0))
        {
            Assert.Throws<InvalidOperationException>(() => model.Classify(0, _picture.View, new Classification[3]));
            Assert.Throws<InvalidOperationException>(() => model.CloseLane(0));
            Assert.Equal(3, model.Classify(1, _picture.View, new Classification[3]));
            model.CloseLane(1);
        }
        model.CloseLane(0);
        Assert.Equal(3, model.Classify(0, _picture.View, new Classification[3]));
    }

    [Fact]
    public void Should_survive_when_lanes_run_terminate_close_and_dispose_at_random()
    {
        // With the native session unguarded each of these rounds is a segmentation fault sooner or later.
        for (var round = 0; round < 15; round++)
        {
            var model = Load(TinyOnnx.ChannelMeans(32, 32));
            var threads = Enumerable.Range(0, 4).Select(lane => InBackground(() =>
            {
                var top = new Classification[3];
                for (var i = 0; i < 300; i++)
                {
                    model.Classify(lane, _picture.View, top);
                    if (i % 50 == lane) model.CloseLane(lane);
                }
            })).ToArray();
            for (var i = 0; i < round * 20; i++) model.Terminate(i % 4);
            model.Dispose();
            foreach (var outcome in threads.Select(join => join())) Assert.True(outcome is null or SessionClosedException or RunTerminatedException, $"{outcome}");
            Assert.True(SessionOf(model).IsFreed);
        }
    }

    [Fact]
    public void Should_allocate_next_to_nothing_managed_when_a_lane_is_warm()
    {
        using var model = Load(TinyOnnx.ChannelMeans());
        var top = new Classification[3];
        for (var i = 0; i < 5; i++) model.Classify(0, _picture.View, top);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) model.Classify(0, _picture.View, top);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 200);
    }

    internal static OnnxSession SessionOf(ILoadedModel model) => ((OnnxModel)model).Session;

    private static void Throws<T>(OnnxSession.Scope run)
        where T : Exception
    {
        try
        {
            run.Run();
        }
        catch (T)
        {
            return;
        }
        Assert.Fail($"No {typeof(T).Name} was thrown.");
    }

    private static Func<Exception?> InBackground(Action action)
    {
        Exception? outcome = null;
        var thread = new Thread(() => outcome = Record.Exception(action));
        thread.Start();
        return () =>
        {
            thread.Join();
            return outcome;
        };
    }

    private static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)));

    private IClassifier Load(byte[] graph) => (IClassifier)_runtime.Load(TinyOnnx.Card(_folder.Write("tiny.onnx", graph)), default);
}
