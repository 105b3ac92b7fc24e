using ActorPipeline.Cluster.Wire;

namespace ActorPipeline.Cluster;

/// <summary>
/// Cuts the bytes of a batch's crops, one behind the other, into parts that are small on the wire. Both sides know from a batch's bytes and
/// number of parts where each part begins, so parts need no order and say nothing of it. Pure.
/// </summary>
internal static class BatchCutter
{
    /// <summary>How many parts so many bytes come in.</summary>
    /// <param name="bytes">At least 1.</param>
    /// <param name="most">Bytes of a part at most.</param>
    public static int Parts(long bytes, int most = WireLimits.PartBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        return checked((int)((bytes + most - 1) / most));
    }

    /// <summary>Where a part lies among its batch's bytes; they differ by a byte at most.</summary>
    public static (long Offset, int Length) Part(long bytes, int parts, int part)
    {
        var from = Begin(bytes, parts, part);
        return (from, (int)(Begin(bytes, parts, part + 1) - from));
    }

    /// <summary>The parts. They are slices: the bytes must stay as they are until the parts were written to the wire, so they are not a pool's.</summary>
    /// <param name="crops">All crops' bytes, at least one.</param>
    /// <param name="most">Bytes of a part at most.</param>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Cut(ReadOnlyMemory<byte> crops, int most = WireLimits.PartBytes)
    {
        var cut = new ReadOnlyMemory<byte>[Parts(crops.Length, most)];
        for (var i = 0; i < cut.Length; i++)
        {
            var (offset, length) = Part(crops.Length, cut.Length, i);
            cut[i] = crops.Slice((int)offset, length);
        }
        return cut;
    }

    /// <summary>Joins parts that are all there, in order.</summary>
    /// <returns>False where they are not as many bytes as there is room for.</returns>
    public static bool Join(IEnumerable<ReadOnlyMemory<byte>> parts, Span<byte> into)
    {
        foreach (var part in parts)
        {
            if (part.Length > into.Length) return false;
            part.Span.CopyTo(into);
            into = into[part.Length..];
        }
        return into.IsEmpty;
    }

    // 128 bits: a sender's numbers must not overflow, whatever they are.
    private static long Begin(long bytes, int parts, int part) => (long)((Int128)bytes * part / parts);
}
