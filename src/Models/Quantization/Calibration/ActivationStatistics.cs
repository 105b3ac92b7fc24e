using System.Numerics;
using System.Runtime.InteropServices;

namespace ActorPipeline.Quantization;

/// <summary>
/// What was seen of one activation: first its ends, then how often which numbers came between them. Takes the same room whatever was seen.
/// </summary>
/// <param name="channels">How many channels it has, each of whose numbers come one behind the other; 0 for none.</param>
internal sealed class ActivationStatistics(int channels = 0)
{
    /// <summary>Parts that the range is divided into.</summary>
    public const int Bins = 2048;

    private long[]? _counts;
    private float _perBin;

    /// <summary>The smallest number; 0 where none came.</summary>
    public float Min { get; private set; }

    /// <summary>The largest number.</summary>
    public float Max { get; private set; }

    /// <summary>Numbers seen by <see cref="SeeRange"/>.</summary>
    public long Seen { get; private set; }

    /// <summary>Those of them that were none, or infinite.</summary>
    public long Unusable { get; private set; }

    /// <summary>Whether it was one number all the time.</summary>
    public bool IsConstant => Min == Max;

    /// <summary>What was seen of each channel by <see cref="SeeRange"/>; null where it has none.</summary>
    public ChannelStatistics? Channels { get; } = channels > 0 ? new ChannelStatistics(channels) : null;

    /// <summary>Numbers in each of <see cref="Bins"/> equal parts of the range, the smallest first; empty before <see cref="SeeValues"/>.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The first time: the ends.</summary>
    public void SeeRange(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return;
        var (min, max) = Ends(values);
        if (min <= max) (Min, Max) = Seen == Unusable ? (min, max) : (Math.Min(Min, min), Math.Max(Max, max));
        if (Seen == 0 && min > max) Min = Max = 0;
        Seen += values.Length;
        Channels?.See(values);
    }

    /// <summary>The second time, on the same pictures: what lies between.</summary>
    public void SeeValues(ReadOnlySpan<float> values)
    {
        _counts ??= new long[Bins];
        if (_perBin == 0) _perBin = Max > Min ? Bins / (Max - Min) : 1;
        foreach (var value in values)
            if (float.IsFinite(value)) _counts[Math.Clamp((int)((value - Min) * _perBin), 0, Bins - 1)]++;
    }

    private (float Min, float Max) Ends(ReadOnlySpan<float> values)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(values);
        if (wide.IsEmpty) return FiniteEnds(values);
        var (low, high, sum) = (wide[0], wide[0], Vector<float>.Zero);
        foreach (var some in wide)
        {
            low = Vector.Min(low, some);
            high = Vector.Max(high, some);
            // What is not finite makes this not a number, whatever else there is.
            sum += some * Vector<float>.Zero;
        }
        if (!float.IsFinite(Vector.Sum(sum))) return FiniteEnds(values);
        var (min, max) = FiniteEnds(values[(wide.Length * Vector<float>.Count)..]);
        for (var i = 0; i < Vector<float>.Count; i++) (min, max) = (Math.Min(min, low[i]), Math.Max(max, high[i]));
        return (min, max);
    }

    private (float Min, float Max) FiniteEnds(ReadOnlySpan<float> values)
    {
        var (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                Unusable++;
                continue;
            }
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }
        return (min, max);
    }
}
