namespace ActorPipeline.Quantization;

/// <summary>What is to be quantised, and how.</summary>
/// <param name="Layers">The layers, by what they give.</param>
/// <param name="Ranges">Of every activation that may become integers.</param>
/// <param name="Profile">Who is to run it.</param>
internal sealed record QdqPlan(IReadOnlySet<string> Layers, IReadOnlyDictionary<string, ActivationRange> Ranges, QuantizationProfile Profile)
{
    /// <summary>Biases in the place of the model's own, by what their layer gives.</summary>
    public IReadOnlyDictionary<string, float[]> Biases { get; init; } = new Dictionary<string, float[]>();
}
