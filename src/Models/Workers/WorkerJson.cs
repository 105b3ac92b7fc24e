using System.Text.Json;
using System.Text.Json.Serialization;
using ActorPipeline.Catalog;

namespace ActorPipeline.Workers;

/// <summary>Jobs and answers as one line of JSON, as they go between a process and its worker.</summary>
public static class WorkerJson
{
    // The discriminator comes first; most lines of a worker are no progress and need not be parsed.
    private const string ProgressBegins = "{\"progress\":";

    /// <summary>A job as one line.</summary>
    public static string Line(WorkerJob job) => JsonSerializer.Serialize(job, WorkerJsonContext.Default.WorkerJob);

    /// <summary>An answer as one line.</summary>
    public static string Line(WorkerAnswer answer) => JsonSerializer.Serialize(answer, WorkerJsonContext.Default.WorkerAnswer);

    /// <summary>Progress as one line.</summary>
    public static string Line(WorkerProgress progress) => JsonSerializer.Serialize(progress, WorkerJsonContext.Default.WorkerProgress);

    /// <summary>Reads a job.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static WorkerJob Job(string line) => Read(line, WorkerJsonContext.Default.WorkerJob);

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static WorkerAnswer Answer(string line) => Read(line, WorkerJsonContext.Default.WorkerAnswer);

    /// <summary>Reads progress; null where a line is something else.</summary>
    public static WorkerProgress? Progress(string line)
    {
        if (!line.StartsWith(ProgressBegins, StringComparison.Ordinal)) return null;
        try
        {
            return Read(line, WorkerJsonContext.Default.WorkerProgress);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static T Read<T>(string line, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw new JsonException("it is null");
        }
        catch (NotSupportedException e)
        {
            // What names no kind of job or answer is reported so.
            throw new JsonException(e.Message, e);
        }
    }
}

[JsonSourceGenerationOptions(
    Converters = [typeof(BytesConverter)], PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    AllowOutOfOrderMetadataProperties = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(WorkerJob))]
[JsonSerializable(typeof(WorkerAnswer))]
[JsonSerializable(typeof(WorkerProgress))]
internal sealed partial class WorkerJsonContext : JsonSerializerContext;
