using System.Text.Json;
using System.Text.Json.Serialization;
using ActorPipeline.Catalog;

namespace ActorPipeline.Quantization;

/// <summary>What a file of registered forms holds.</summary>
/// <param name="Version">Of the format; another one is not read.</param>
/// <param name="Variants">The forms, those that were registered last at the end.</param>
internal sealed record VariantFile(int Version, IReadOnlyList<RegisteredVariant> Variants)
{
    /// <summary>The format that this build reads and writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>So many are kept: the file stays small, however many models come and go.</summary>
    public const int Most = 256;

    /// <summary>Nothing registered yet.</summary>
    public static readonly VariantFile Empty = new(CurrentVersion, []);

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="JsonException">It is damaged, or of another version.</exception>
    public static VariantFile Parse(byte[] text)
    {
        var file = JsonSerializer.Deserialize(text, VariantJson.Default.VariantFile) ?? throw new JsonException("it holds nothing");
        if (file.Version != CurrentVersion) throw new JsonException($"it has version {file.Version}, and this build reads {CurrentVersion}");
        return file.Variants.All(IsSane) ? file : throw new JsonException("it holds impossible entries");
    }

    /// <summary>The file with one form more, in the place of one that was called the same.</summary>
    public VariantFile With(RegisteredVariant variant) =>
        this with { Variants = [.. Variants.Where(v => !v.IsCalledAs(variant)).Append(variant).TakeLast(Most)] };

    /// <summary>The file's text.</summary>
    public byte[] ToText() => JsonSerializer.SerializeToUtf8Bytes(this, VariantJson.Default.VariantFile);

    private static bool IsSane(RegisteredVariant variant) =>
        variant is { ModelContent.Length: > 0, Name.Length: > 0, Content.Length: > 0 } && Path.IsPathRooted(variant.Path)
        && variant.Accuracy is null or (>= 0 and <= 1) && !(variant.RunTime < TimeSpan.Zero);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VariantFile))]
internal sealed partial class VariantJson : JsonSerializerContext;
