namespace ActorPipeline.Catalog;

/// <summary>Keeps what models were measured to need. Safe from any thread, and quick: writing a file is left to a thread of its own.</summary>
public interface IFootprintStore
{
    /// <summary>The record of a key; null where there is none.</summary>
    FootprintRecord? Find(FootprintKey key);

    /// <summary>Keeps a measurement in the place of what was known of its key.</summary>
    void Add(FootprintKey key, FootprintRecord record);

    /// <summary>Refines the record of a key with what was seen; makes one where there is none.</summary>
    void Observe(FootprintKey key, FootprintObservation observation);

    /// <summary>Writes what is not written yet; blocks.</summary>
    /// <returns>Whether all of it is kept now; if not, it is known to this process alone.</returns>
    bool Flush();
}
