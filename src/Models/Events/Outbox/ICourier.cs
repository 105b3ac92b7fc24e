namespace ActorPipeline.Events.Outbox;

/// <summary>Brings events to the other side. One caller at a time; none of its calls takes longer than bounds of its own.</summary>
internal interface ICourier : IAsyncDisposable
{
    /// <summary>Who the other side is, for messages; no password, key or query in it.</summary>
    string Name { get; }

    /// <summary>Events that it takes at once.</summary>
    int Most { get; }

    /// <summary>Whether it can deliver without connecting first.</summary>
    bool IsConnected { get; }

    /// <summary>Called, from any thread, when a connection is lost.</summary>
    Action Lost { set; }

    /// <summary>Connects.</summary>
    /// <exception cref="CourierException">The other side is away, or lets nobody in.</exception>
    Task ConnectAsync(CancellationToken stop);

    /// <summary>Delivers events in their order.</summary>
    /// <returns>What became of the first of them; at least one.</returns>
    /// <exception cref="CourierException">None was delivered: they are to be tried again.</exception>
    Task<Delivery> DeliverAsync(IReadOnlyList<StoredEvent> events, CancellationToken stop);

    /// <summary>Says goodbye and disconnects, as far as that can be done.</summary>
    Task CloseAsync(CancellationToken stop);
}

/// <summary>What became of events.</summary>
/// <param name="Count">How many of them it says this of, from the first on.</param>
/// <param name="Refusal">Why they will never be taken; null where they were.</param>
internal readonly record struct Delivery(int Count, string? Refusal = null);
