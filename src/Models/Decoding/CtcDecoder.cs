using System.Numerics.Tensors;
using ActorPipeline.Vision;

namespace ActorPipeline.Decoding;

/// <summary>Text of a recogniser's output, greedily: the best class of each step, repeats as one, blanks left out.</summary>
internal static class CtcDecoder
{
    /// <summary>The class that stands for no character.</summary>
    public const int Blank = 0;

    // As for TopLabels: what adds up to one is a distribution already.
    private const float SumTolerance = 0.02f;

    /// <summary>Reads a line.</summary>
    /// <param name="output">[steps, classes]: probabilities, or logits.</param>
    /// <param name="classes">Characters and the blank.</param>
    /// <param name="into">Filled with the characters in reading order, each with the mean probability of all of them; those beyond its length are left out.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="InvalidDataException">The model gave something that is no number.</exception>
    public static int Read(ReadOnlySpan<float> output, int classes, Span<Classification> into)
    {
        var (count, last) = (0, Blank);
        double sum = 0;
        for (; output.Length >= classes && count < into.Length; output = output[classes..])
        {
            var step = output[..classes];
            var best = TensorPrimitives.IndexOfMax(step);
            // The index of the maximum is that of the first that is no number, where there is one.
            if (!float.IsFinite(step[best])) throw new InvalidDataException("The model gave scores that are no numbers.");
            if (best != Blank && best != last)
            {
                into[count++] = new Classification(best, 0);
                sum += Probability(step, best);
            }
            last = best;
        }
        foreach (ref var character in into[..count]) character = character with { Score = (float)(sum / count) };
        return count;
    }

    private static float Probability(ReadOnlySpan<float> step, int best)
    {
        if (TensorPrimitives.Min(step) >= 0 && MathF.Abs(TensorPrimitives.Sum(step) - 1) <= SumTolerance) return step[best];
        double sum = 0;
        foreach (var logit in step) sum += Math.Exp(logit - step[best]);
        return (float)(1 / sum);
    }
}
