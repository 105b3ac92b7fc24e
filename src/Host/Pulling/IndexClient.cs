namespace ActorPipeline.Hosting.Pulling;

/// <summary>Gets an index and believes it only where its bytes are signed, and no newer one was seen.</summary>
/// <param name="place">Where it is, and whose signature counts.</param>
/// <param name="client">Asks.</param>
/// <param name="seen">What was seen before.</param>
internal sealed class IndexClient(IndexPlace place, PullClient client, SeenIndexes seen)
{
    // One of P-256 has 72 bytes at most.
    private const int LargestSignature = 1024;

    /// <summary>Gets it.</summary>
    /// <exception cref="PullException">It cannot be had, or must not be believed.</exception>
    public async Task<ModelIndex> FetchAsync(CancellationToken stop)
    {
        using var key = IndexKey.Read(place.Key);
        try
        {
            var content = await GetAsync(place.Address, IndexReader.LargestIndex, "it cannot be had", stop);
            var signature = await GetAsync(PullAddress.SignatureOf(place.Address), LargestSignature, "it is not signed: what should lie beside it cannot be had", stop);
            if (!key.Signed(content, signature)) throw new PullException($"it is not signed with '{place.Key}': somebody changed it, or it is being replaced just now");
            var index = IndexReader.Read(content, place.Address);
            seen.Take(place.Address, index.IssuedAt);
            return index;
        }
        catch (PullException error)
        {
            throw new PullException($"the index {PullAddress.Shown(place.Address)} cannot be used: {error.Message}", error);
        }
    }

    private async Task<byte[]> GetAsync(Uri address, int most, string without, CancellationToken stop)
    {
        try
        {
            return await client.ReadAsync(address, most, stop);
        }
        catch (Exception error) when (error is CutOffException or PullException)
        {
            throw new PullException($"{without}: {error.Message}", error);
        }
    }
}
