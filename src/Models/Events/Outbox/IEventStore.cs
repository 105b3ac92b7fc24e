using ActorPipeline.Sinks;

namespace ActorPipeline.Events.Outbox;

/// <summary>Keeps events until they are delivered, within a bound; the oldest go first where there is no room. For two threads: one adds, one takes.</summary>
internal interface IEventStore : IDisposable
{
    /// <summary>How many wait.</summary>
    int Waiting { get; }

    /// <summary>How many were delivered in this run.</summary>
    long Delivered { get; }

    /// <summary>How many were dropped in this run.</summary>
    long Dropped { get; }

    /// <summary>How many were dropped that the other side was not told of, in earlier runs too where it keeps them.</summary>
    long Untold { get; }

    /// <summary>Where events lie, for messages: "in memory", or a folder.</summary>
    string Where { get; }

    /// <summary>Opens it, with what an earlier run left in it.</summary>
    /// <exception cref="SinkException">It cannot be opened, or another process has it.</exception>
    void Open();

    /// <summary>Adds an event.</summary>
    /// <returns>Null; why it could not be kept, and is counted as dropped, where that is so.</returns>
    string? Add(byte[] payload);

    /// <summary>The oldest events, which wait on.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    IReadOnlyList<StoredEvent> Take(int most);

    /// <summary>What was taken, up to this sequence, is delivered, or was refused for good.</summary>
    void Settle(long upTo, bool refused);

    /// <summary>The other side was told that so many were dropped.</summary>
    void Told(long count);

    /// <summary>Ends it: what is on a disk stays for the next run, what is in memory counts as dropped.</summary>
    void Close();
}
