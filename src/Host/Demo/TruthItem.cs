using System.Text.Json;
using ActorPipeline.Vision;

namespace ActorPipeline.Hosting.Demo;

/// <summary>One item that a frame truly shows.</summary>
/// <param name="Box">Where.</param>
/// <param name="Label">What it is.</param>
/// <param name="Ignore">Whether it is so hidden that neither finding nor missing it counts.</param>
internal sealed record TruthItem(BoundingBox Box, string Label, bool Ignore);

/// <summary>One item that was found.</summary>
/// <param name="Box">Where.</param>
/// <param name="Score">How sure the detector was.</param>
/// <param name="Label">What the classifier called it; null where it was not classified.</param>
internal sealed record Find(BoundingBox Box, double Score, string? Label);

/// <summary>Reads truth and results, frame by frame.</summary>
internal static class TruthFiles
{
    /// <summary>The items of each frame.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not of the demo's format.</exception>
    public static IReadOnlyDictionary<long, IReadOnlyList<TruthItem>> ReadTruth(string path) => Read(path, () =>
    {
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        return json.RootElement.GetProperty("frames").EnumerateArray().ToDictionary(
            frame => frame.GetProperty("frame").GetInt64(),
            frame => (IReadOnlyList<TruthItem>)[.. frame.GetProperty("items").EnumerateArray().Select(item => new TruthItem(
                Box(item.GetProperty("box")),
                item.GetProperty("label").GetString()!,
                item.TryGetProperty("ignore", out var ignore) && ignore.GetBoolean()))]);
    });

    /// <summary>The finds of each frame, from a run's <c>results.jsonl</c>.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not of that format.</exception>
    public static IReadOnlyDictionary<long, IReadOnlyList<Find>> ReadResults(string path) => Read(path, () =>
    {
        var frames = new Dictionary<long, IReadOnlyList<Find>>();
        foreach (var line in File.ReadLines(path))
        {
            using var json = JsonDocument.Parse(line);
            frames[json.RootElement.GetProperty("frame").GetInt64()] = [.. json.RootElement.GetProperty("objects").EnumerateArray().Select(found => new Find(
                Box(found.GetProperty("box")),
                found.GetProperty("score").GetDouble(),
                found.GetProperty("labels").EnumerateArray().Select(label => label.GetProperty("label").GetString()).FirstOrDefault()))];
        }
        return frames;
    });

    private static BoundingBox Box(JsonElement box) => new(box[0].GetSingle(), box[1].GetSingle(), box[2].GetSingle(), box[3].GetSingle());

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"'{path}' is not of the expected format: {error.Message}", error);
        }
    }
}
