using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorPipeline.Catalog;

/// <summary>What a file of footprints holds: sizes in bytes, times as hh:mm:ss.</summary>
/// <param name="Version">Of the format; another one is not read.</param>
/// <param name="Models">The records, those that changed last at the end.</param>
internal sealed record FootprintFile(int Version, IReadOnlyList<FootprintEntry> Models)
{
    /// <summary>The format that this build reads and writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>So many records are kept: the file stays small, however many models come and go.</summary>
    public const int MostRecords = 256;

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="JsonException">It is damaged, or of another version.</exception>
    public static FootprintFile Parse(byte[] text)
    {
        var file = JsonSerializer.Deserialize(text, FootprintJson.Default.FootprintFile) ?? throw new JsonException("it holds nothing");
        if (file.Version != CurrentVersion) throw new JsonException($"it has version {file.Version}, and this build reads {CurrentVersion}");
        return file.Models.All(m => IsSane(m.Record)) ? file : throw new JsonException("it holds impossible numbers");
    }

    /// <summary>The file's text.</summary>
    public byte[] ToText() => JsonSerializer.SerializeToUtf8Bytes(this, FootprintJson.Default.FootprintFile);

    // What is not in the text is null here, whatever the record's own defaults are.
    private static bool IsSane(FootprintRecord record) =>
        record is { Run: not null, ObservedLoads: not null, ObservedResidents: not null, ObservedRuns: not null }
        && record.Run.All(r => r.Key >= 1 && r.Value >= Bytes.Zero)
        && record.ObservedRuns.All(r => r is { Lanes: >= 1, Bytes.Count: >= 0, Batch: >= 1 })
        && record.Batches?.Costs.All(c => c.Key >= 1 && c.Value.Crop >= TimeSpan.Zero && c.Value.Run.All(r => r.Key >= 1 && r.Value >= Bytes.Zero)) != false
        && record.ObservedLoads.Concat(record.ObservedResidents).All(b => b >= Bytes.Zero)
        && !(record.Fixed < Bytes.Zero) && !(record.Load < Bytes.Zero) && !(record.Resident < Bytes.Zero);
}

/// <summary>One record and its key.</summary>
internal sealed record FootprintEntry(FootprintKey Key, FootprintRecord Record);

/// <summary>An amount of memory as a number.</summary>
internal sealed class BytesConverter : JsonConverter<Bytes>
{
    /// <inheritdoc/>
    public override Bytes Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) ? new Bytes(count) : throw new JsonException("expected bytes as a whole number");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Bytes value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Count);
}

[JsonSourceGenerationOptions(
    Converters = [typeof(BytesConverter)], PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    IgnoreReadOnlyProperties = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FootprintFile))]
internal sealed partial class FootprintJson : JsonSerializerContext;
