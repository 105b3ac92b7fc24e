namespace ActorPipeline.Catalog;

/// <summary>Where a footprint's numbers come from.</summary>
public enum FootprintSource
{
    /// <summary>Guessed from the model file's size; it warns, it never refuses.</summary>
    Estimated,

    /// <summary>Written on the model's card.</summary>
    Declared,

    /// <summary>Measured on this machine.</summary>
    Measured,
}

/// <summary>What a model needs in each memory pool.</summary>
/// <param name="Load">Peak while it loads.</param>
/// <param name="Resident">Loaded and idle.</param>
/// <param name="Run">Extra for each lane that runs it.</param>
/// <param name="Source">Where the numbers come from.</param>
public sealed record Footprint(PoolVector Load, PoolVector Resident, PoolVector Run, FootprintSource Source)
{
    /// <summary>Peak of a load that prepares the model besides; zero where it is prepared, or never is.</summary>
    public PoolVector Build { get; init; } = PoolVector.Zero;

    /// <summary>What a load lease covers: the largest of the load peak, of that of preparing, and of resident with all lanes running.</summary>
    /// <param name="lanes">Lanes that may run the model at once.</param>
    public PoolVector LoadLease(int lanes) => PoolVector.Max(PoolVector.Max(Load, Build), Resident + (Run * lanes));

    /// <summary>What a lease covers once the model is loaded.</summary>
    /// <param name="lanes">Lanes that may run the model at once.</param>
    public PoolVector ResidentLease(int lanes) => Resident + (Run * lanes);

    /// <summary>
    /// A mere guess never refuses: where an estimate does not fit the room there is, the room is what the lease covers. A declared or
    /// measured footprint stays as it is.
    /// </summary>
    /// <param name="room">Host memory the model may have at most.</param>
    /// <param name="lanes">Lanes that may run the model at once.</param>
    public Footprint WithinRoom(Bytes room, int lanes)
    {
        if (Source != FootprintSource.Estimated || LoadLease(lanes)[MemoryPool.Host] <= room) return this;
        var resident = Bytes.Min(Resident[MemoryPool.Host], room);
        var run = Bytes.Min(Run[MemoryPool.Host], new Bytes((room - resident).Count / lanes));
        return new Footprint(PoolVector.OfHost(Bytes.Min(Load[MemoryPool.Host], room)), PoolVector.OfHost(resident), PoolVector.OfHost(run), Source);
    }

    /// <summary>A footprint in the host pool, as a card declares it.</summary>
    public static Footprint Declared(Bytes load, Bytes resident, Bytes run) =>
        new(PoolVector.OfHost(load), PoolVector.OfHost(resident), PoolVector.OfHost(run), FootprintSource.Declared);
}
