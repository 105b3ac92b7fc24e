using static ActorPipeline.Cluster.ClusterProtocol;

namespace ActorPipeline.Cluster;

/// <summary>What came of a part.</summary>
internal enum PartStep
{
    /// <summary>Others have to come.</summary>
    Kept,

    /// <summary>All are there.</summary>
    Whole,

    /// <summary>It was there already.</summary>
    Ignored,

    /// <summary>It is not of this batch, or not what the batch says of itself.</summary>
    Damaged,
}

/// <summary>
/// Joins a batch's parts, in whatever order they come: each goes to its place in the caller's memory at once, and nothing else is kept. Pure.
/// </summary>
internal sealed class BatchAssembler
{
    private readonly Memory<byte> _into;
    private readonly bool[] _here;
    private int _left;

    /// <summary>A batch begins.</summary>
    /// <param name="head">What it is, checked (<see cref="Wire.WireLimits"/>).</param>
    /// <param name="into">Exactly as many bytes as the batch has.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public BatchAssembler(BatchHead head, Memory<byte> into)
    {
        if (head.Bytes != into.Length || head.Parts < 1 || head.Parts > head.Bytes) throw new ArgumentException($"{into.Length} bytes are not for {head.Bytes} in {head.Parts} parts.", nameof(into));
        (Head, _into, _here, _left) = (head, into, new bool[head.Parts], head.Parts);
    }

    /// <summary>What the batch is.</summary>
    public BatchHead Head { get; }

    /// <summary>All parts are there.</summary>
    public bool IsWhole => _left == 0;

    /// <summary>A part comes; a damaged one changes nothing.</summary>
    public PartStep Add(BatchPart part)
    {
        if (!DeskLedger.IsSame(Head, part.Head) || part.Part < 0 || part.Part >= _here.Length) return PartStep.Damaged;
        var (offset, length) = BatchCutter.Part(_into.Length, _here.Length, part.Part);
        if (part.Data.Length != length) return PartStep.Damaged;
        if (_here[part.Part]) return PartStep.Ignored;
        part.Data.CopyTo(_into[(int)offset..]);
        _here[part.Part] = true;
        return --_left == 0 ? PartStep.Whole : PartStep.Kept;
    }

    /// <summary>Where each crop lies among its batch's bytes.</summary>
    public static IEnumerable<(int Offset, int Length)> Crops(BatchHead head)
    {
        var at = 0;
        foreach (var bytes in head.Crops)
        {
            yield return (at, bytes);
            at += bytes;
        }
    }

    /// <summary>Joins parts that are all there, in order (<see cref="DeskBatch.Parts"/>).</summary>
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
}
