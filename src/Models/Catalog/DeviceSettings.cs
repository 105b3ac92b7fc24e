namespace ActorPipeline.Catalog;

/// <summary>What a model is wanted in on a device.</summary>
public enum DevicePrecision
{
    /// <summary>INT8 where the model is quantised, else FP16 where the device is quicker with it, else FP32.</summary>
    Auto,

    /// <summary>32 bits.</summary>
    Fp32,

    /// <summary>16 bits.</summary>
    Fp16,

    /// <summary>8 bits; for models with QuantizeLinear and DequantizeLinear nodes alone.</summary>
    Int8,
}

/// <summary>Whose kernels TensorRT may choose from.</summary>
public enum TacticSources
{
    /// <summary><see cref="Lean"/> where processor and device share one memory, else <see cref="All"/>.</summary>
    Auto,

    /// <summary>Its own and those of cuDNN and cuBLAS.</summary>
    All,

    /// <summary>Its own alone: cuDNN and cuBLAS are most of what TensorRT costs a process.</summary>
    Lean,
}

/// <summary><c>models.NAME.device</c>: how a model runs on TensorRT and CUDA. Nothing of it concerns the processor.</summary>
public sealed record DeviceSettings
{
    /// <value>What it is wanted in. Default <see cref="DevicePrecision.Auto"/>.</value>
    public DevicePrecision Precision { get; init; } = DevicePrecision.Auto;

    /// <value>Scratch memory that TensorRT may use while it builds and runs. 1 MiB to 64 GiB. Default 64 MiB.</value>
    public Bytes Workspace { get; init; } = Bytes.MiB(64);

    /// <value>How long TensorRT looks for fast kernels. 0 to 5. Default 3.</value>
    public int BuilderLevel { get; init; } = 3;

    /// <value>Whose kernels it may choose. Default <see cref="Catalog.TacticSources.Auto"/>.</value>
    public TacticSources TacticSources { get; init; } = TacticSources.Auto;

    /// <value>Batch sizes of a model whose batch is free: TensorRT's engine is tuned for the first, and takes from one to the largest. 1 to 64 each. Default [1].</value>
    public IReadOnlyList<int> Batch { get; init; } = [1];

    /// <value>Whether less than asked for will do: a lower precision, and nodes that run elsewhere. Default true.</value>
    public bool AllowFallback { get; init; } = true;

    /// <value>What CUDA's arena may take of the device; 0 for no limit. Default 0.</value>
    public Bytes MemoryLimit { get; init; } = Bytes.Zero;

    /// <value>Whether FP32 may be computed with 19 bits where the device has tensor cores for that. Default true.</value>
    public bool Tf32 { get; init; } = true;

    /// <value>Whether cuDNN may take as much scratch memory as its fastest convolution wants. Default false.</value>
    public bool CudnnMaxWorkspace { get; init; }
}
