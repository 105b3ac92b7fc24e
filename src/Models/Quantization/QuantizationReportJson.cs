using System.Text.Json;
using System.Text.Json.Serialization;
using ActorPipeline.Catalog;

namespace ActorPipeline.Quantization;

/// <summary>A report as JSON, for programs and for the file beside a quantised model; its words are those of the command line.</summary>
public static class QuantizationReportJson
{
    private static readonly QuantizationReportContext Indent = new(new JsonSerializerOptions(QuantizationReportContext.Default.Options) { WriteIndented = true });

    /// <summary>The report on one line.</summary>
    public static string Line(QuantizationReport report) => JsonSerializer.Serialize(report, QuantizationReportContext.Default.QuantizationReport);

    /// <summary>The report for a file.</summary>
    public static string Indented(QuantizationReport report) => JsonSerializer.Serialize(report, Indent.QuantizationReport) + "\n";

    /// <summary>Reads a report.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static QuantizationReport Parse(string text) =>
        JsonSerializer.Deserialize(text, QuantizationReportContext.Default.QuantizationReport) ?? throw new JsonException("it is null");
}

/// <summary>Enumerations as they are written on the command line and in configurations: "tensorrt".</summary>
internal sealed class LowerCaseConverter<T>() : JsonStringEnumConverter<T>(LowerCasePolicy.Instance, allowIntegerValues: false)
    where T : struct, Enum;

internal sealed class LowerCasePolicy : JsonNamingPolicy
{
    public static readonly LowerCasePolicy Instance = new();

    public override string ConvertName(string name) => name.ToLowerInvariant();
}

[JsonSourceGenerationOptions(
    Converters =
    [
        typeof(BytesConverter), typeof(LowerCaseConverter<ModelKind>), typeof(LowerCaseConverter<QuantizationProfile>),
        typeof(LowerCaseConverter<QuantizationScheme>), typeof(LowerCaseConverter<RangeMethod>),
    ],
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(QuantizationReport))]
internal sealed partial class QuantizationReportContext : JsonSerializerContext;
