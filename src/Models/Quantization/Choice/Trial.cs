namespace ActorPipeline.Quantization;

/// <summary>What came of a set of layers.</summary>
/// <param name="Set">The set.</param>
/// <param name="Step">The step as it is reported.</param>
/// <param name="SignalToNoise">Decibels at the model's outputs.</param>
internal sealed record Trial(LayerSet Set, QuantizationStep Step, double SignalToNoise)
{
    /// <summary>Whether it loses no more than a bound allows, in points.</summary>
    public bool IsInside(double maxLoss) => Step.Loss <= maxLoss;
}
