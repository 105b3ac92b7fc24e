namespace ActorPipeline.Catalog;

/// <summary>What runs a model inside ONNX Runtime.</summary>
public enum ExecutionProvider
{
    /// <summary>NVIDIA TensorRT.</summary>
    TensorRt,

    /// <summary>NVIDIA CUDA.</summary>
    Cuda,

    /// <summary>The processor; in every build.</summary>
    Cpu,
}
