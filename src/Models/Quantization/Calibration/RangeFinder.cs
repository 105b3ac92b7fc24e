namespace ActorPipeline.Quantization;

/// <summary>Chooses the range of an activation from what was seen of it.</summary>
internal static class RangeFinder
{
    /// <summary>Of a hundred numbers so many lie inside a <see cref="RangeMethod.Percentile"/> range.</summary>
    public const double Inside = 99.999;

    // Levels of a quantised distribution, as TensorRT's calibrator and ONNX Runtime's take them.
    private const int Levels = 128;
    private const double Smallest = 1e-4;

    /// <summary>The range.</summary>
    public static ActivationRange Of(ActivationStatistics seen, RangeMethod method) => seen.IsConstant || seen.Counts.IsEmpty
        ? new ActivationRange(seen.Min, seen.Max)
        : method switch
        {
            RangeMethod.Entropy => Entropy(seen),
            RangeMethod.Percentile => Percentile(seen),
            _ => new ActivationRange(seen.Min, seen.Max),
        };

    /// <summary>Half of what may lie outside is cut off at either end.</summary>
    private static ActivationRange Percentile(ActivationStatistics seen)
    {
        var counts = seen.Counts;
        long total = 0;
        foreach (var count in counts) total += count;
        var outside = total * (1 - (Inside / 100)) / 2;
        var (low, high) = (0, counts.Length - 1);
        for (var sum = (double)counts[low]; sum <= outside && low < high; sum += counts[low]) low++;
        for (var sum = (double)counts[high]; sum <= outside && high > low; sum += counts[high]) high--;
        var step = (seen.Max - seen.Min) / counts.Length;
        return new ActivationRange(Math.Max(seen.Min, seen.Min + (low * step)), Math.Min(seen.Max, seen.Min + ((high + 1) * step)));
    }

    /// <summary>
    /// The magnitude beyond which numbers are cut off so that the distribution of what is left, told in <see cref="Levels"/> levels, says most of the
    /// whole one: least Kullback-Leibler divergence (Migacz, "8-bit inference with TensorRT", 2017).
    /// </summary>
    private static ActivationRange Entropy(ActivationStatistics seen)
    {
        var magnitudes = Magnitudes(seen, out var perBin);
        var (best, least) = (magnitudes.Length, double.PositiveInfinity);
        var (reference, told) = (new double[magnitudes.Length], new double[magnitudes.Length]);
        for (var kept = Levels; kept <= magnitudes.Length; kept += 8)
        {
            told.AsSpan(0, kept).Clear();
            var divergence = Divergence(magnitudes, reference.AsSpan(0, kept), told.AsSpan(0, kept));
            if (divergence < least) (best, least) = (kept, divergence);
        }
        var most = (float)(best * perBin);
        return new ActivationRange(Math.Max(seen.Min, -most), Math.Min(seen.Max, most));
    }

    /// <summary>How often which magnitudes came, from 0 to the largest.</summary>
    private static double[] Magnitudes(ActivationStatistics seen, out double perBin)
    {
        var largest = Math.Max(Math.Abs(seen.Min), Math.Abs(seen.Max));
        perBin = (double)largest / ActivationStatistics.Bins;
        var magnitudes = new double[ActivationStatistics.Bins];
        var step = ((double)seen.Max - seen.Min) / ActivationStatistics.Bins;
        for (var i = 0; i < seen.Counts.Length; i++)
        {
            var middle = Math.Abs(seen.Min + ((i + 0.5) * step));
            magnitudes[Math.Min((int)(middle / perBin), magnitudes.Length - 1)] += seen.Counts[i];
        }
        // Zeros are told exactly in every range: as many as Relu and padding make of them would say nothing but "cut off the rest".
        magnitudes[0] = magnitudes[1];
        return magnitudes;
    }

    /// <summary>What is lost where the first numbers alone are kept.</summary>
    /// <param name="magnitudes">How often each came.</param>
    /// <param name="reference">As many as are kept; gets their distribution, with those outside as the last.</param>
    /// <param name="told">As many zeros; gets that distribution as it is told in levels.</param>
    private static double Divergence(ReadOnlySpan<double> magnitudes, Span<double> reference, Span<double> told)
    {
        var kept = reference.Length;
        var outside = magnitudes[kept..];
        double cut = 0, total = 0;
        foreach (var count in outside) cut += count;
        magnitudes[..kept].CopyTo(reference);
        reference[^1] += cut;
        for (var level = 0; level < Levels; level++)
        {
            var (from, to) = (level * kept / Levels, (level + 1) * kept / Levels);
            double sum = 0;
            var used = 0;
            for (var i = from; i < to; i++)
            {
                sum += magnitudes[i];
                if (reference[i] > 0) used++;
            }
            if (used == 0) continue;
            for (var i = from; i < to; i++)
                if (reference[i] > 0) told[i] = sum / used;
        }
        double toldTotal = 0;
        for (var i = 0; i < kept; i++)
        {
            total += reference[i];
            toldTotal += told[i];
        }
        if (total == 0 || toldTotal == 0) return double.PositiveInfinity;
        double divergence = 0;
        for (var i = 0; i < kept; i++)
        {
            if (reference[i] == 0) continue;
            var p = reference[i] / total;
            divergence += p * Math.Log(p / Math.Max(told[i] / toldTotal, Smallest / kept));
        }
        return divergence;
    }
}
