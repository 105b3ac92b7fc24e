using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Display;

/// <summary>Shows how far a quantisation is. Told of it one at a time, from any thread.</summary>
internal interface IPhaseDisplay
{
    /// <summary>Shows it for as long as the work takes.</summary>
    /// <returns>What came of the work.</returns>
    Task<T> ShowAsync<T>(Func<Task<T>> work);

    /// <summary>It is so far.</summary>
    void At(QuantizationProgress progress);
}

/// <summary>Shows nothing: standard output belongs to the result.</summary>
internal sealed class NoPhaseDisplay : IPhaseDisplay
{
    public Task<T> ShowAsync<T>(Func<Task<T>> work) => work();

    public void At(QuantizationProgress progress)
    {
    }
}

/// <summary>What phases are called for people.</summary>
internal static class PhaseTitles
{
    /// <summary>All, in their order.</summary>
    public static readonly IReadOnlyList<QuantizationPhase> All = Enum.GetValues<QuantizationPhase>();

    /// <summary>In a word.</summary>
    public static string Of(QuantizationPhase phase) => phase.ToString().ToLowerInvariant();
}
