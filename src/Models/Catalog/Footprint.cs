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
/// <param name="Run">Extra for each lane that runs it, on as many crops at once as <c>Batch</c> says.</param>
/// <param name="Source">Where the numbers come from.</param>
public sealed record Footprint(PoolVector Load, PoolVector Resident, PoolVector Run, FootprintSource Source)
{
    /// <summary>Crops that one run may take: for so many <see cref="Run"/> has memory. 1 for one at a time.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Peak of a load that prepares the model besides; zero where it is prepared, or never is.</summary>
    public PoolVector Build { get; init; } = PoolVector.Zero;

    /// <summary>
    /// Of the resident host memory, what is a device's on shared memory: a reading of the process does not show it, so that it is counted
    /// beside what is measured.
    /// </summary>
    public Bytes Unseen { get; init; }

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
    public Footprint WithinRoom(Bytes room, int lanes) => WithinRoom(MemoryPool.Host, room, lanes);

    /// <summary>The same for one pool; what it needs in others stays.</summary>
    public Footprint WithinRoom(MemoryPool pool, Bytes room, int lanes)
    {
        if (Source != FootprintSource.Estimated || LoadLease(lanes)[pool] <= room) return this;
        var (load, resident) = (Bytes.Min(Load[pool], room), Bytes.Min(Resident[pool], room));
        var run = Bytes.Min(Run[pool], new Bytes((room - resident).Count / lanes));
        return new Footprint(Set(Load, pool, load), Set(Resident, pool, resident), Set(Run, pool, run), Source)
        {
            Build = Set(Build, pool, pool == MemoryPool.Host ? Bytes.Zero : Bytes.Min(Build[pool], room)),
            Unseen = pool == MemoryPool.Host ? Bytes.Min(Unseen, resident) : Unseen,
            // What is cut short covers no batch any more.
            Batch = run == Run[pool] ? Batch : 1,
        };
    }

    /// <summary>This and what the model needs in another pool.</summary>
    public Footprint Beside(Footprint other) =>
        new(Load + other.Load, Resident + other.Resident, Run + other.Run, Source) { Build = Build + other.Build, Unseen = Unseen + other.Unseen, Batch = Batch };

    /// <summary>What of it lies in other pools than the host's; null where nothing does.</summary>
    public Footprint? Elsewhere()
    {
        var other = new Footprint(Set(Load, MemoryPool.Host, Bytes.Zero), Set(Resident, MemoryPool.Host, Bytes.Zero), Set(Run, MemoryPool.Host, Bytes.Zero), Source);
        return LoadLease(1).Equals(PoolVector.OfHost(LoadLease(1)[MemoryPool.Host])) ? null : other;
    }

    /// <summary>All of it in the host pool, as it is where processor and device share one memory.</summary>
    public Footprint OnHost() =>
        new(PoolVector.OfHost(Load.Total), PoolVector.OfHost(Resident.Total), PoolVector.OfHost(Run.Total), Source)
        {
            Build = PoolVector.OfHost(Build.Total), Unseen = Unseen + Resident.Total - Resident[MemoryPool.Host], Batch = Batch,
        };

    /// <summary>A footprint in one pool, as a card declares it.</summary>
    /// <param name="load">Peak while it loads.</param>
    /// <param name="resident">Loaded and idle.</param>
    /// <param name="run">Extra for each lane.</param>
    /// <param name="pool">The host's where none is named.</param>
    public static Footprint Declared(Bytes load, Bytes resident, Bytes run, MemoryPool? pool = null)
    {
        var where = pool ?? MemoryPool.Host;
        return new(PoolVector.Of(where, load), PoolVector.Of(where, resident), PoolVector.Of(where, run), FootprintSource.Declared);
    }

    private static PoolVector Set(PoolVector vector, MemoryPool pool, Bytes bytes) => vector + PoolVector.Of(pool, bytes - vector[pool]);
}
