namespace ActorPipeline.Quantization;

/// <summary>What quantising a group of layers alone does.</summary>
/// <param name="Group">The group.</param>
/// <param name="SignalToNoise">Decibels at the model's outputs.</param>
/// <param name="Loss">Points lost on the calibration pictures; null where that was not tried.</param>
internal sealed record Sensitivity(LayerGroup Group, double SignalToNoise, double? Loss)
{
    /// <summary>Noise over signal, as a share of powers: what several groups bring adds up.</summary>
    public double Noise => double.IsNaN(SignalToNoise) ? double.PositiveInfinity : Math.Pow(10, -SignalToNoise / 10);
}
