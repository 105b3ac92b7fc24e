namespace ActorPipeline.Quantization;

/// <summary>What is to be quantised, and how.</summary>
/// <param name="Layers">The layers, by what they give.</param>
/// <param name="Ranges">Of every activation that may become integers.</param>
/// <param name="Profile">Who is to run it.</param>
internal sealed record QdqPlan(IReadOnlySet<string> Layers, IReadOnlyDictionary<string, ActivationRange> Ranges, QuantizationProfile Profile)
{
    /// <summary>What was seen of the channels of activations: layers that take one of them have their biases corrected; null corrects none.</summary>
    public IReadOnlyDictionary<string, ChannelStatistics>? Channels { get; init; }
}
