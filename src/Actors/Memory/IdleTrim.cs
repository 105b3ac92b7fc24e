namespace ActorPipeline.Memory;

/// <summary>
/// Decides when free memory is given back while models stay loaded: once nothing has loaded, unloaded or run for a while. Sooner would
/// have the next run map again what it used a moment ago. Pure.
/// </summary>
internal sealed class IdleTrim
{
    /// <summary>Samples in a row that have to be quiet.</summary>
    public const int After = 10;

    private int _quiet;

    /// <summary>One more sample.</summary>
    /// <param name="quiet">Whether nothing loads, unloads or runs.</param>
    /// <returns>Whether to trim now: once in each quiet time.</returns>
    public bool IsDue(bool quiet)
    {
        _quiet = quiet ? Math.Min(_quiet + 1, After + 1) : 0;
        return _quiet == After;
    }
}
