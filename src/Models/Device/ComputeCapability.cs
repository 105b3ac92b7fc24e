namespace ActorPipeline.Device;

/// <summary>What generation of CUDA device it is: a Jetson Nano is 5.3, an Orin 8.7.</summary>
/// <param name="Major">The generation.</param>
/// <param name="Minor">Its form.</param>
internal readonly record struct ComputeCapability(int Major, int Minor)
{
    /// <summary>Whether it multiplies 8-bit integers faster than floats; TensorRT has no INT8 without.</summary>
    public bool HasInt8 => Major >= 7 || this is { Major: 6, Minor: 1 };

    /// <summary>Whether FP16 is faster than FP32. 6.1 has it at a sixty-fourth of the rate, and TensorRT leaves it out there.</summary>
    public bool HasFastFp16 => Major >= 7 || this is { Major: 5, Minor: 3 } or { Major: 6, Minor: 0 or 2 };

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Major}.{Minor}");
}
