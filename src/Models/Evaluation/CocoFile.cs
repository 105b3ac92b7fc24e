using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorPipeline.Evaluation;

/// <summary>What an evaluation needs of a COCO annotation file. The rest, outlines above all, is passed over while it is read.</summary>
internal sealed record CocoFile(
    [property: JsonPropertyName("images")] IReadOnlyList<CocoImage>? Images,
    [property: JsonPropertyName("annotations")] IReadOnlyList<CocoAnnotation>? Annotations,
    [property: JsonPropertyName("categories")] IReadOnlyList<CocoCategory>? Categories)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="EvaluationException">It does not exist, cannot be read, or is no COCO file.</exception>
    public static CocoFile Load(string path)
    {
        if (!File.Exists(path)) throw new EvaluationException($"Truth file '{path}' does not exist.");
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var read = JsonSerializer.Deserialize<CocoFile>(file);
            return read is { Images: not null, Annotations: not null } ? read : throw new EvaluationException($"Truth file '{path}' has no \"images\" and \"annotations\": it is no COCO file.");
        }
        catch (JsonException e)
        {
            throw new EvaluationException($"Truth file '{path}' is no COCO file: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"Truth file '{path}' cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>A picture of a COCO file.</summary>
internal sealed record CocoImage(
    [property: JsonPropertyName("id"), JsonRequired] long Id,
    [property: JsonPropertyName("file_name"), JsonRequired] string FileName);

/// <summary>An object of a COCO file: left, top, width and height.</summary>
internal sealed record CocoAnnotation(
    [property: JsonPropertyName("image_id"), JsonRequired] long ImageId,
    [property: JsonPropertyName("category_id"), JsonRequired] int CategoryId,
    [property: JsonPropertyName("bbox"), JsonRequired] float[] Box,
    [property: JsonPropertyName("iscrowd")] int Crowd);

/// <summary>A class of a COCO file.</summary>
internal sealed record CocoCategory(
    [property: JsonPropertyName("id"), JsonRequired] int Id,
    [property: JsonPropertyName("name")] string? Name);
