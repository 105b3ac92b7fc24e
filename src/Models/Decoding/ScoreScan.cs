using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ActorPipeline.Decoding;

/// <summary>Finds the few scores that matter among a hundred thousand that do not.</summary>
internal static class ScoreScan
{
    /// <summary>The first index from <paramref name="from"/> whose value is at least <paramref name="threshold"/>, or -1; NaN never is.</summary>
    public static int NextAtLeast(this ReadOnlySpan<float> values, float threshold, int from)
    {
        var limits = Vector256.Create(threshold);
        ref var first = ref MemoryMarshal.GetReference(values);
        while (from <= values.Length - Vector256<float>.Count)
        {
            var hits = Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref first, (nuint)from), limits).ExtractMostSignificantBits();
            if (hits != 0) return from + int.CreateTruncating(uint.TrailingZeroCount(hits));
            from += Vector256<float>.Count;
        }
        for (; from < values.Length; from++)
            if (values[from] >= threshold) return from;
        return -1;
    }
}
