namespace ActorPipeline.Evaluation;

/// <summary>
/// The area under a class's curve of precision over recall, at 101 recalls. A picture that is in the sample several times gives its
/// detections as often; as they all are right or wrong alike, one step of that size is the same curve.
/// </summary>
/// <param name="most">Detections at most. Its room is used again for each curve.</param>
internal sealed class PrecisionCurve(int most)
{
    private readonly double[] _recall = new double[most];
    private readonly double[] _precision = new double[most];

    /// <summary>The average precision, 0 to 1.</summary>
    /// <param name="matches">The class's detections, best first.</param>
    /// <param name="times">How often each answer is in the sample.</param>
    /// <param name="wanted">The class's objects in the sample; at least one.</param>
    /// <param name="iou">The bit of the IoU.</param>
    public double Average(BoxMatch[] matches, int[] times, int wanted, int iou)
    {
        int right = 0, wrong = 0, points = 0;
        foreach (var match in matches)
        {
            var weight = times[match.Answer];
            if (weight == 0 || (match.Neither & iou) != 0) continue;
            if ((match.Right & iou) == 0)
            {
                wrong += weight;
                continue;
            }
            right += weight;
            // Only here does the curve go up: a wrong one's point lies below the one before it.
            (_recall[points], _precision[points]) = ((double)right / wanted, (double)right / (right + wrong));
            points++;
        }
        for (var i = points - 2; i >= 0; i--) _precision[i] = Math.Max(_precision[i], _precision[i + 1]);
        double sum = 0;
        var at = 0;
        for (var step = 0; step <= 100 && at < points; step++)
        {
            while (at < points && _recall[at] < step / 100.0) at++;
            if (at < points) sum += _precision[at];
        }
        return sum / 101;
    }
}
