using System.Threading.Channels;

namespace ActorPipeline.Events.Outbox;

/// <summary>
/// Delivers what a store holds, for as long as it runs: connects, tries again with growing waits, and tells the other side what had to be
/// dropped. Who adds to the store never waits for it.
/// </summary>
/// <param name="store">What waits; opened, and not the mailer's to close.</param>
/// <param name="courier">Brings it; disposed with the mailer.</param>
/// <param name="retry">How to try again.</param>
/// <param name="lost">Makes the event that tells of dropped ones.</param>
/// <param name="time">Waits by it.</param>
/// <param name="warn">Gets what people should know, from any thread: once when the other side goes, and once when it is back.</param>
internal sealed class Mailer(IEventStore store, ICourier courier, RetrySettings retry, Func<long, byte[]> lost, TimeProvider time, Action<string> warn)
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RetryWaits _waits = new(retry);
    private Task? _running;
    private string? _trouble;

    /// <summary>Begins.</summary>
    public void Start()
    {
        courier.Lost = Signal;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Something is there to be done.</summary>
    public void Signal() => _signal.Writer.TryWrite(true);

    /// <summary>Delivers what waits, as far as the other side is there, says goodbye, and ends.</summary>
    /// <param name="within">How long it may take.</param>
    public void Close(TimeSpan within)
    {
        if (_running is not { } running) return;
        _closing.TrySetResult();
        Signal();
        _stop.CancelAfter(within);
        running.GetAwaiter().GetResult();
        _running = null;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await StepAsync())
            {
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            warn($"{courier.Name} did not take all events in time; {store.Waiting} wait {store.Where}");
        }
        using var goodbye = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        await courier.CloseAsync(goodbye.Token);
        await courier.DisposeAsync();
    }

    /// <summary>One try, or one wait.</summary>
    /// <returns>Whether to go on.</returns>
    private async Task<bool> StepAsync()
    {
        try
        {
            if (!courier.IsConnected) await courier.ConnectAsync(_stop.Token);
            if (await DeliverAsync()) return true;
        }
        catch (Exception e) when (e is CourierException or IOException)
        {
            return await WaitAsync(e);
        }
        if (_closing.Task.IsCompleted) return false;
        await _signal.Reader.ReadAsync(_stop.Token);
        return true;
    }

    /// <summary>Delivers the oldest.</summary>
    /// <returns>Whether there were any.</returns>
    private async Task<bool> DeliverAsync()
    {
        if (store.Untold is > 0 and var count)
        {
            await courier.DeliverAsync([new StoredEvent(-1, lost(count))], _stop.Token);
            store.Told(count);
        }
        var events = store.Take(courier.Most);
        if (events.Count > 0)
        {
            var (done, refusal) = await courier.DeliverAsync(events, _stop.Token);
            store.Settle(events[done - 1].Sequence, refusal is not null);
            if (refusal is not null) warn($"{courier.Name} refused an event for good, which is dropped: {refusal}");
        }
        if (_trouble is not null) warn($"{courier.Name} is back; {store.Waiting} events wait for it");
        _trouble = null;
        _waits.Reset();
        return events.Count > 0;
    }

    private async Task<bool> WaitAsync(Exception trouble)
    {
        if (_trouble != trouble.Message)
            warn(trouble is CourierException ? $"{trouble.Message}; it is tried again, and events wait {store.Where}" : $"events {store.Where} cannot be read: {trouble.Message}");
        _trouble = trouble.Message;
        if (_closing.Task.IsCompleted) return false;
        var wait = _waits.Next(Random.Shared.NextDouble(), (trouble as CourierException)?.RetryAfter);
        await Task.WhenAny(Task.Delay(wait, time, _stop.Token), _closing.Task);
        return !_closing.Task.IsCompleted;
    }
}
