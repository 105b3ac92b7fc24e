using System.Text.Json;
using System.Text.Json.Nodes;
using ActorPipeline.Inference;

namespace ActorPipeline.Hosting.Simulating;

/// <summary>How long a model takes, as far as it is known without loading it.</summary>
/// <param name="Load">A load.</param>
/// <param name="Unload">An unload, until its memory is back.</param>
/// <param name="Run">One run on one lane.</param>
/// <param name="LoadIsMeasured">Whether the load was seen in a run, and is not estimated from the file's size.</param>
internal sealed record ModelTimes(TimeSpan Load, TimeSpan Unload, TimeSpan Run, bool LoadIsMeasured)
{
    // From the models measured in docs/performance.md: 43 ms for 4.7 MiB, 25 ms for 4.7 MiB; large ones are bound by reading and copying.
    private const double LoadMs = 25, LoadMsPerMiB = 5, UnloadMs = 5, UnloadMsPerMiB = 0.2, RunMs = 5, RunMsPerMiB = 2;

    /// <summary>The times of a model: its load as the last run of the configuration measured it, else by the size of its file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="model">What is known of its file.</param>
    /// <param name="summary">The summary of the configuration's last run; null where there is none.</param>
    public static ModelTimes Of(string name, ModelInspection model, JsonObject? summary)
    {
        var mebibytes = model.FileSize.Count / (1024.0 * 1024);
        var measured = Measured(summary, name);
        return new ModelTimes(
            TimeSpan.FromMilliseconds(measured ?? (LoadMs + (LoadMsPerMiB * mebibytes))),
            TimeSpan.FromMilliseconds(UnloadMs + (UnloadMsPerMiB * mebibytes)),
            TimeSpan.FromMilliseconds(RunMs + (RunMsPerMiB * mebibytes)),
            measured is not null);
    }

    /// <summary>Reads the summary that a run left; null where there is none that can be read.</summary>
    public static JsonObject? LastRun(string path)
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            // It only makes estimates better.
            return null;
        }
    }

    private static double? Measured(JsonObject? summary, string name) =>
        summary?["models"] is JsonObject models && models[name] is JsonObject model && model["loadMsP50"] is JsonValue value && value.TryGetValue(out double ms) && ms > 0 ? ms : null;
}
