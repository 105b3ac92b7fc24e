namespace ActorPipeline.Decoding;

/// <summary>SSD with its suppression in the graph: what is left are boxes with corners from 0 to 1, each with its score and its class's number.</summary>
/// <param name="inputWidth">Pixels across the input.</param>
/// <param name="inputHeight">Pixels down the input.</param>
/// <param name="scoreThreshold">Boxes below this score are left out.</param>
internal sealed class SsdDecoder(int inputWidth, int inputHeight, float scoreThreshold) : BoxDecoder(scoreThreshold, NoSuppression)
{
    // A float counts whole numbers to here.
    private const float MostClasses = 1 << 24;

    // No two boxes overlap more: the graph has suppressed what it wanted to.
    private const float NoSuppression = 1;

    /// <summary>Reads the outputs.</summary>
    /// <param name="boxes">[N, 4]: left, top, right, bottom, or top, left, bottom, right.</param>
    /// <param name="scores">[N].</param>
    /// <param name="classes">[N]: class numbers; what is no whole number from 0 on is no box.</param>
    /// <param name="count">How many boxes count; the rest is filling.</param>
    /// <param name="topFirst">Whether each corner's y comes before its x.</param>
    public void Read(ReadOnlySpan<float> boxes, ReadOnlySpan<float> scores, ReadOnlySpan<float> classes, int count, bool topFirst)
    {
        var (x, y) = topFirst ? (1, 0) : (0, 1);
        scores = scores[..Math.Clamp(count, 0, scores.Length)];
        for (var at = 0; (at = scores.NextAtLeast(Threshold, at)) >= 0; at++)
        {
            if (!(classes[at] is >= 0 and <= MostClasses)) continue;
            var box = boxes.Slice(at * 4, 4);
            Add(box[x] * inputWidth, box[y] * inputHeight, box[x + 2] * inputWidth, box[y + 2] * inputHeight, (int)classes[at], scores[at]);
        }
    }
}
