using System.Collections.Concurrent;

namespace ActorPipeline.Bench.Memory;

/// <summary>A thread that lives as long as the benchmark, as lanes and the load dispatcher do: the C library keeps a heap for each.</summary>
internal sealed class BenchThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public BenchThread(string name)
    {
        _thread = new Thread(() =>
        {
            foreach (var work in _work.GetConsumingEnumerable()) work();
        })
        { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Runs something on it; its failure is the caller's.</summary>
    public Task<T> Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error) // it belongs to whoever waits for it
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }
}
