namespace ActorPipeline.Quantization;

/// <summary>A model cannot be quantised, or not with these pictures. The message names what and why, for people. Nothing was published.</summary>
public sealed class QuantizationException(string message, Exception? cause = null) : Exception(message, cause);
