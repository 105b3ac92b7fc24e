using System.Security.Cryptography;
using System.Text;
using ActorPipeline.Catalog;

namespace ActorPipeline.Engines;

/// <summary>All that an engine depends on. Anything else in one of these is another engine, so that a stale one is never found.</summary>
internal sealed record EngineKey
{
    /// <summary>The content of the model, or of the models merged in it.</summary>
    public required string Model { get; init; }

    /// <summary>What runs it.</summary>
    public required ExecutionProvider Provider { get; init; }

    /// <summary>The version of the provider's own library, such as TensorRT's; empty where the runtime's version says it.</summary>
    public string ProviderVersion { get; init; } = "";

    /// <summary>ONNX Runtime's version.</summary>
    public required string Runtime { get; init; }

    /// <summary>The GPU's name and compute capability, or the processor's architecture and instruction sets.</summary>
    public required string Device { get; init; }

    /// <summary>"fp32", "fp16" or "int8".</summary>
    public required string Precision { get; init; }

    /// <summary>The input shapes it takes, where they are not the model's own.</summary>
    public string Shapes { get; init; } = "";

    /// <summary>What its builder may take while it tries ways to compute; zero where there is no such bound.</summary>
    public Bytes Workspace { get; init; }

    /// <summary>How it was built: versions of the graph's rewrites and of the files' layout, and options of the builder.</summary>
    public required string Recipe { get; init; }

    /// <summary>64 hexadecimal digits.</summary>
    public string Hex() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        Model, Provider, ProviderVersion, Runtime, Device, Precision, Shapes, Workspace.Count, Recipe))));
}
