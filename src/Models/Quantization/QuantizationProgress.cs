namespace ActorPipeline.Quantization;

/// <summary>What a quantiser does, in this order.</summary>
public enum QuantizationPhase
{
    /// <summary>Reads the model and looks through the pictures.</summary>
    Read,

    /// <summary>Watches all activations on the calibration pictures.</summary>
    Calibrate,

    /// <summary>Quantises one group of layers at a time.</summary>
    Sensitivity,

    /// <summary>Tries each method with every layer quantised.</summary>
    Methods,

    /// <summary>Looks for the largest set of layers inside the bound.</summary>
    Choose,

    /// <summary>Compares the finished model with the float one on the evaluation pictures.</summary>
    Evaluate,

    /// <summary>Times both, and makes sure that integer kernels ran.</summary>
    Prove,
}

/// <summary>How far it is.</summary>
/// <param name="Phase">What it does.</param>
/// <param name="Done">Parts of the phase that are done, 0 at its beginning.</param>
/// <param name="Total">Its parts; at least 1.</param>
/// <param name="Text">What was just done, for people; null where there is nothing to say.</param>
public sealed record QuantizationProgress(QuantizationPhase Phase, int Done, int Total, string? Text = null);
