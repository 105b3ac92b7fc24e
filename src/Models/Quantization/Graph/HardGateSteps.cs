namespace ActorPipeline.Quantization;

/// <summary>
/// Integers in which a hard sigmoid costs nothing but a minimum. With <c>x = (q - k) s</c> and <c>s k = 3</c> the sum <c>x + 3</c> is
/// <c>q s</c>, so <c>clip(x + 3, 0, 6) / 6</c> is <c>min(q, 2k) / 2k</c>: the same integers, read with another scale. What lies below -3 is
/// cut off by the integers' own end, and its gate is 0 anyway.
/// </summary>
/// <param name="Input">How the layer's result is told in integers: from where the gate closes up to at least the largest number.</param>
/// <param name="Open">The integer from which on the gate is open; 255 and more needs no minimum.</param>
internal readonly record struct HardGateSteps(Affine Input, int Open)
{
    /// <summary>How the gate is told in integers: 0 to 1.</summary>
    public Affine Gate => new(1f / Open, 0, false);

    /// <summary>For a gate that closes at <c>-half</c>, opens at <c>half</c>, and a largest number.</summary>
    public static HardGateSteps For(float half, float largest)
    {
        // Steps below zero: as many as leave room for the largest number above.
        var steps = Math.Clamp((int)(255 * half / (half + Math.Max(largest, half))), 1, 127);
        return new HardGateSteps(new Affine(half / steps, steps, false), 2 * steps);
    }
}
