using System.Text.Json;
using System.Text.Json.Serialization;
using ActorPipeline.Catalog;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Engines;

/// <summary>What an engine's folder holds and how it came to be; kept beside its files as "manifest.json".</summary>
internal sealed record EngineManifest
{
    /// <summary>What it was built for.</summary>
    public required EngineKey Key { get; init; }

    /// <summary>The file that a session is opened on.</summary>
    public required string Model { get; init; }

    /// <summary>Its files by name. Filled in when it is published.</summary>
    public IReadOnlyDictionary<string, EngineFile> Files { get; init; } = new Dictionary<string, EngineFile>();

    /// <summary>The weights that may be mapped from a file of it; empty where the session reads them itself.</summary>
    public IReadOnlyList<EngineWeight> Weights { get; init; } = [];

    /// <summary>The largest difference that was found from the model itself, over the largest number the model gave; null where it was not compared.</summary>
    public double? Difference { get; init; }

    /// <summary>What was changed in its graph; for people.</summary>
    public IReadOnlyList<string> Rewrites { get; init; } = [];

    /// <summary>Bytes of all its files.</summary>
    [JsonIgnore]
    public Bytes Size => new(Files.Values.Sum(f => f.Length));

    /// <summary>As text.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, EngineJson.Default.EngineManifest);

    /// <summary>From text.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static EngineManifest Parse(byte[] json) => JsonSerializer.Deserialize(json, EngineJson.Default.EngineManifest) ?? throw new JsonException("it is null");
}

/// <summary>One file of an engine.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Of its content, 64 hexadecimal digits.</param>
internal sealed record EngineFile(long Length, string Sha256);

/// <summary>A weight in a file of an engine.</summary>
/// <param name="Name">The initializer's name in the engine's graph.</param>
/// <param name="Type">What its elements are.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Offset">Where it begins in <see cref="WeightsFile"/>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">Of its bytes: weights of any engines that have the same are one.</param>
internal sealed record EngineWeight(string Name, TensorElementType Type, long[] Shape, long Offset, long Length, string Sha256)
{
    /// <summary>The file that weights lie in.</summary>
    public const string WeightsFile = "weights.bin";
}

[JsonSourceGenerationOptions(Converters = [typeof(BytesConverter)], PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EngineManifest))]
internal sealed partial class EngineJson : JsonSerializerContext;
