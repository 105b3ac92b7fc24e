using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

/// <summary>Greedy, class by class: of boxes that overlap too much only the best stays.</summary>
internal static class NonMaximumSuppression
{
    /// <summary>Keeps the best.</summary>
    /// <param name="bestFirst">Candidates by falling score.</param>
    /// <param name="maxIou">Two of one class that overlap more than this are one object.</param>
    /// <param name="into">Filled best first; its length is the limit.</param>
    /// <returns>How many stay.</returns>
    public static int Apply(ReadOnlySpan<Detection> bestFirst, float maxIou, Span<Detection> into)
    {
        var kept = 0;
        foreach (ref readonly var candidate in bestFirst)
        {
            if (kept == into.Length) break;
            if (!OverlapsOne(candidate, into[..kept], maxIou)) into[kept++] = candidate;
        }
        return kept;
    }

    private static bool OverlapsOne(in Detection candidate, ReadOnlySpan<Detection> kept, float maxIou)
    {
        foreach (ref readonly var better in kept)
            if (better.ClassIndex == candidate.ClassIndex && better.Box.IntersectionOverUnion(candidate.Box) > maxIou) return true;
        return false;
    }
}
