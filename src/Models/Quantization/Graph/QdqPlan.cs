namespace ActorPipeline.Quantization;

/// <summary>What is to be quantised, and how.</summary>
/// <param name="Layers">The layers, by what they give.</param>
/// <param name="Ranges">Of every activation that may become integers.</param>
/// <param name="Profile">Who is to run it.</param>
internal sealed record QdqPlan(IReadOnlySet<string> Layers, IReadOnlyDictionary<string, ActivationRange> Ranges, QuantizationProfile Profile)
{
    /// <summary>What was seen of the channels of activations: layers that take one of them have their biases corrected; null corrects none.</summary>
    public IReadOnlyDictionary<string, ChannelStatistics>? Channels { get; init; }

    /// <summary>The bias of a layer: its own, or what is in its place so that rounding its weights adds nothing on average.</summary>
    /// <param name="layer">The float layer.</param>
    /// <param name="weights">Its weights as they were quantised.</param>
    public float[]? BiasOf(Layer layer, QuantisedWeights weights) =>
        Channels?.GetValueOrDefault(layer.Node.Input[0]) is { } channels ? BiasCorrection.Of(layer, weights, channels.Means) : layer.Bias;
}
