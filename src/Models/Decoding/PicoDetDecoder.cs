namespace ActorPipeline.Decoding;

/// <summary>
/// PicoDet: at each cell a score for each class, and for each side of the box a distribution over distances in strides whose
/// expectation is the distance from the cell's centre.
/// </summary>
internal sealed class PicoDetDecoder(Grid[] grids, int classes, int bins, float scoreThreshold, float nmsIou)
    : BoxDecoder(scoreThreshold, nmsIou)
{
    /// <summary>Levels it reads.</summary>
    public int Levels => grids.Length;

    /// <summary>Reads one level.</summary>
    /// <param name="level">Index of its stride.</param>
    /// <param name="scores">[cells, classes].</param>
    /// <param name="sides">[cells, 4 x bins]: left, top, right, bottom.</param>
    public void Read(int level, ReadOnlySpan<float> scores, ReadOnlySpan<float> sides)
    {
        var grid = grids[level];
        for (var at = 0; (at = scores.NextAtLeast(Threshold, at)) >= 0; at++)
        {
            var cell = at / classes;
            if (cell >= grid.Cells) return;
            var distances = sides.Slice(cell * 4 * bins, 4 * bins);
            var x = (cell % grid.Columns) + 0.5f;
            var y = (cell / grid.Columns) + 0.5f;
            Add(
                (x - Expectation(distances[..bins])) * grid.Stride,
                (y - Expectation(distances[bins..(2 * bins)])) * grid.Stride,
                (x + Expectation(distances[(2 * bins)..(3 * bins)])) * grid.Stride,
                (y + Expectation(distances[(3 * bins)..])) * grid.Stride,
                at % classes,
                scores[at]);
        }
    }

    private static float Expectation(ReadOnlySpan<float> logits)
    {
        var max = float.NegativeInfinity;
        foreach (var logit in logits) max = MathF.Max(max, logit);
        float sum = 0, weighted = 0;
        for (var bin = 0; bin < logits.Length; bin++)
        {
            var weight = MathF.Exp(logits[bin] - max);
            sum += weight;
            weighted += weight * bin;
        }
        return weighted / sum;
    }
}
