namespace ActorPipeline.Pipeline;

/// <summary>Which frames are traced: a share of them, spread evenly, and in step with nothing that happens each so many frames. Pure.</summary>
/// <param name="share">From 0, none, to 1, all.</param>
internal sealed class TraceSampling(double share)
{
    // The fractions of this number's multiples are spread more evenly than those of any other.
    private const double GoldenRatio = 0.618033988749894848;

    private double _place;

    /// <summary>Whether the next frame is.</summary>
    public bool Next()
    {
        _place += GoldenRatio;
        if (_place >= 1) _place--;
        return _place < share;
    }
}
