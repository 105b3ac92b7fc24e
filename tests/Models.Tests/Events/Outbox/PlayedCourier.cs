using System.Collections.Concurrent;

namespace ActorPipeline.Events.Outbox;

/// <summary>Brings events to a list, while its other side is there.</summary>
internal sealed class PlayedCourier : ICourier
{
    private volatile bool _isThere = true;
    private volatile bool _connected;
    private int _tries;

    public string Name => "the other side";

    public int Most => 16;

    public bool IsConnected => _connected;

    public Action Lost { private get; set; } = () => { };

    /// <summary>How often it was tried to connect.</summary>
    public int Tries => Volatile.Read(ref _tries);

    public ConcurrentQueue<StoredEvent> Brought { get; } = [];

    public void GoAway()
    {
        (_isThere, _connected) = (false, false);
        Lost();
    }

    public void ComeBack() => _isThere = true;

    public Task ConnectAsync(CancellationToken stop)
    {
        Interlocked.Increment(ref _tries);
        if (!_isThere) throw new CourierException("the other side is away");
        _connected = true;
        return Task.CompletedTask;
    }

    public Task<Delivery> DeliverAsync(IReadOnlyList<StoredEvent> events, CancellationToken stop)
    {
        if (!_isThere) throw new CourierException("the other side is away");
        foreach (var one in events) Brought.Enqueue(one);
        return Task.FromResult(new Delivery(events.Count));
    }

    public Task CloseAsync(CancellationToken stop) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
