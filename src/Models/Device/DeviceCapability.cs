namespace ActorPipeline.Device;

/// <summary>What the CUDA device is that models would run on.</summary>
internal sealed record DeviceCapability
{
    /// <summary>The driver's name of it.</summary>
    public required string Name { get; init; }

    /// <summary>Its generation.</summary>
    public required ComputeCapability Compute { get; init; }

    /// <summary>Its memory; where that is shared, the machine's.</summary>
    public Bytes Memory { get; init; }

    /// <summary>Whether it shares the processor's memory, so that the host pool is the only one.</summary>
    public bool Unified { get; init; }

    /// <summary>The newest CUDA that its driver supports, such as "12.6"; null where it does not say.</summary>
    public string? Cuda { get; init; }

    /// <summary>TensorRT's version by its library's file, such as "10.3.0"; null where none was found.</summary>
    public string? TensorRt { get; init; }

    /// <summary>The board's software, such as "L4T R36.4.3"; null where it is no Jetson, or does not say.</summary>
    public string? Board { get; init; }

    /// <summary>Where its memory is counted.</summary>
    public MemoryPool Pool => Unified ? MemoryPool.Host : MemoryPool.Device(0);

    /// <summary>For people, and part of what an engine is kept under.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        Name, $"compute capability {Compute}", Unified ? "unified memory" : $"{Memory} of its own",
        Cuda is null ? null : $"CUDA {Cuda}", TensorRt is null ? null : $"TensorRT {TensorRt}", Board,
    }.Where(part => part is not null));
}
