using System.Text.Json;
using System.Text.Json.Serialization;
using ActorPipeline.Catalog;

namespace ActorPipeline.Workers;

/// <summary>Jobs and answers as one line of JSON, as they go between a process and its worker.</summary>
public static class WorkerJson
{
    /// <summary>A job as one line.</summary>
    public static string Line(WorkerJob job) => JsonSerializer.Serialize(job, WorkerJsonContext.Default.WorkerJob);

    /// <summary>An answer as one line.</summary>
    public static string Line(WorkerAnswer answer) => JsonSerializer.Serialize(answer, WorkerJsonContext.Default.WorkerAnswer);

    /// <summary>Reads a job.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static WorkerJob Job(string line) => Read(line, WorkerJsonContext.Default.WorkerJob);

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static WorkerAnswer Answer(string line) => Read(line, WorkerJsonContext.Default.WorkerAnswer);

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
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(WorkerJob))]
[JsonSerializable(typeof(WorkerAnswer))]
internal sealed partial class WorkerJsonContext : JsonSerializerContext;
