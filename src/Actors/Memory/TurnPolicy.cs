namespace ActorPipeline.Memory;

/// <summary>
/// When a swap begins. Whoever is idle could yield at once; but while loaded models still work, what they let into flight may be for just
/// the one that would go, and while one loads the room of another is not needed yet. Whoever goes too early is loaded twice. So a swap
/// waits, though never longer than a few times what loading the victims again would take: what waiting costs stays in proportion to what
/// being wrong would. Pure.
/// </summary>
internal static class TurnPolicy
{
    /// <summary>Reloads of the victims that waiting may take; about a turn's quantum, which is counted in whole swaps.</summary>
    private const int Patience = 12;

    /// <summary>When victims may be asked to yield.</summary>
    /// <param name="waitsSince">When the request that needs their room came.</param>
    /// <param name="reload">What loading all victims again would take.</param>
    /// <param name="othersWork">Whether a model that is not among the victims, and is not leaving, loads or has work.</param>
    /// <param name="now">The present.</param>
    /// <returns>The present for at once; later for not before then.</returns>
    public static TimeSpan SwapAt(TimeSpan waitsSince, TimeSpan reload, bool othersWork, TimeSpan now) =>
        othersWork && waitsSince + (Patience * reload) is var at && at > now ? at : now;
}
