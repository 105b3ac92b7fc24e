using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

/// <summary>The best classes of a classifier's output as probabilities.</summary>
internal static class TopLabels
{
    // Half-precision and 8-bit graphs round their softmax; a sum of logits lands this near to one only by accident.
    private const double SumTolerance = 0.02;

    /// <summary>Ranks the classes; scores that are no distribution are taken for logits and get a softmax.</summary>
    /// <param name="scores">One for each class.</param>
    /// <param name="top">Filled best first.</param>
    /// <returns>How many were filled.</returns>
    /// <exception cref="InvalidDataException">The model gave something that is no number.</exception>
    public static int Select(ReadOnlySpan<float> scores, Span<Classification> top)
    {
        var count = Math.Min(scores.Length, top.Length);
        var filled = 0;
        var lowest = float.PositiveInfinity;
        double sum = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            var score = scores[i];
            sum += score;
            lowest = MathF.Min(lowest, score);
            if (filled == count && (count == 0 || !(score > top[count - 1].Score))) continue;
            var at = filled < count ? filled++ : count - 1;
            for (; at > 0 && top[at - 1].Score < score; at--) top[at] = top[at - 1];
            top[at] = new Classification(i, score);
        }
        if (double.IsNaN(sum) || double.IsInfinity(sum)) throw new InvalidDataException("The model gave scores that are no numbers.");
        if (count == 0 || (lowest >= 0 && Math.Abs(sum - 1) <= SumTolerance)) return count;
        if (scores.Length == 1) SigmoidOf(ref top[0]);
        else Softmax(scores, top[..count]);
        return count;
    }

    // A single class has nothing to be weighed against: what lies in 0..1 is a probability already.
    private static void SigmoidOf(ref Classification only)
    {
        if (only.Score is < 0 or > 1) only = only with { Score = 1 / (1 + MathF.Exp(-only.Score)) };
    }

    private static void Softmax(ReadOnlySpan<float> logits, Span<Classification> top)
    {
        var max = top[0].Score;
        double sum = 0;
        foreach (var logit in logits) sum += Math.Exp(logit - max);
        foreach (ref var label in top) label = label with { Score = (float)(Math.Exp(label.Score - max) / sum) };
    }
}
