using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Reads the file that <c>--config</c> names.</summary>
internal static class ConfigurationFile
{
    /// <summary>What a configuration says to who brings models of his own: the defaults where none is named, or null after every error was written.</summary>
    public static ActorPipelineSettings? ReadOptional(string? path, TextWriter errors) =>
        path is null ? new ActorPipelineSettings() : Read(path, [], errors, modelsRequired: false)?.Settings;

    /// <summary>The configuration, or null after every error was written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Each <c>--set PATH=VALUE</c>.</param>
    /// <param name="errors">Gets what is wrong.</param>
    /// <param name="ownForms">Whether each model is to have the form in its own path alone.</param>
    /// <param name="modelsRequired">Whether there has to be one; where not, each has the form in its own path alone too.</param>
    public static ConfigurationResult? Read(string path, IReadOnlyList<string> overrides, TextWriter errors, bool ownForms = false, bool modelsRequired = true)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.WriteLine($"error: configuration '{path}' cannot be read: {error.Message}");
            return null;
        }
        var sets = new List<KeyValuePair<string, string>>();
        foreach (var set in overrides)
        {
            var equals = set.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                errors.WriteLine($"error: --set '{set}' is not PATH=VALUE, such as actor-pipeline.memory.budget=64MiB");
                return null;
            }
            sets.Add(new(set[..equals].Trim(), set[(equals + 1)..].Trim()));
        }
        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        var result = !modelsRequired ? ActorPipelineConfiguration.Read(text, path, Environment.GetEnvironmentVariable, sets, folder, modelsRequired: false, registry: null)
            : ownForms
            ? ActorPipelineConfiguration.ReadOwnForms(text, path, Environment.GetEnvironmentVariable, sets, folder)
            : ActorPipelineConfiguration.Read(text, path, Environment.GetEnvironmentVariable, sets, folder);
        foreach (var warning in result.Warnings) errors.WriteLine($"warning: {warning}");
        foreach (var error in result.Errors) errors.WriteLine($"error: {error}");
        return result.IsValid ? result : null;
    }
}
