namespace ActorPipeline.Hosting.Pulling;

/// <summary>Bounds each step of talking to a server by the time in which nothing comes; what breaks off becomes a <see cref="CutOffException"/>.</summary>
internal sealed class IdleBound : IDisposable
{
    private readonly TimeSpan _most;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _idle;
    private readonly CancellationTokenSource _either;

    /// <param name="most">How long a step may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ends any step.</param>
    public IdleBound(TimeSpan most, TimeProvider time, CancellationToken stop)
    {
        (_most, _stop) = (most, stop);
        _idle = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_idle.Token, stop);
    }

    /// <summary>Takes a step.</summary>
    /// <exception cref="CutOffException">It broke off, or took too long.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async ValueTask<T> WithinAsync<T>(Func<CancellationToken, ValueTask<T>> step)
    {
        _idle.CancelAfter(_most);
        try
        {
            return await step(_either.Token);
        }
        catch (OperationCanceledException error) when (!_stop.IsCancellationRequested)
        {
            throw new CutOffException(_idle.IsCancellationRequested ? $"nothing came for {_most.TotalSeconds} s" : "nobody answers", error);
        }
        catch (Exception error) when (error is IOException or HttpRequestException { HttpRequestError: not HttpRequestError.SecureConnectionError })
        {
            throw new CutOffException(error.Message, error);
        }
        finally
        {
            _idle.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _either.Dispose();
        _idle.Dispose();
    }
}
