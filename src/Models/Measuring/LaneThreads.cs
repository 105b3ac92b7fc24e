using System.Collections.Concurrent;

namespace ActorPipeline.Measuring;

/// <summary>
/// Threads that play the lanes: started once and kept, as lanes are, because a new thread's stack and its share of the C library's heap
/// would be counted to the model.
/// </summary>
internal sealed class LaneThreads : IDisposable
{
    private readonly BlockingCollection<Task>[] _work;
    private readonly Thread[] _threads;

    /// <param name="lanes">How many; at least 1.</param>
    public LaneThreads(int lanes)
    {
        _work = [.. Enumerable.Range(0, lanes).Select(_ => new BlockingCollection<Task>())];
        _threads = [.. _work.Select((work, lane) => new Thread(() => Serve(work)) { IsBackground = true, Name = $"measured-lane-{lane}" })];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>Has the first so many lanes do something at once; blocks until all have.</summary>
    /// <exception cref="AggregateException">What lanes threw.</exception>
    public void Run(int lanes, Action<int> action)
    {
        // They wait for each other, or one could be done before another begins.
        using var start = new Barrier(lanes);
        var tasks = Enumerable.Range(0, lanes).Select(lane => new Task(() =>
        {
            start.SignalAndWait();
            action(lane);
        })).ToArray();
        for (var lane = 0; lane < lanes; lane++) _work[lane].Add(tasks[lane]);
        Task.WaitAll(tasks);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var work in _work) work.CompleteAdding();
        foreach (var thread in _threads) thread.Join();
        foreach (var work in _work) work.Dispose();
    }

    private static void Serve(BlockingCollection<Task> work)
    {
        foreach (var task in work.GetConsumingEnumerable()) task.RunSynchronously();
    }
}
