using ActorPipeline.Hosting.Configuration;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Reads the file that <c>--config</c> names.</summary>
internal static class ConfigurationFile
{
    /// <summary>The configuration, or null after every error was written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Each <c>--set PATH=VALUE</c>.</param>
    /// <param name="errors">Gets what is wrong.</param>
    /// <param name="ownForms">Whether each model is to have the form in its own path alone.</param>
    public static ConfigurationResult? Read(string path, IReadOnlyList<string> overrides, TextWriter errors, bool ownForms = false)
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
        var result = ownForms
            ? ActorPipelineConfiguration.ReadOwnForms(text, path, Environment.GetEnvironmentVariable, sets, folder)
            : ActorPipelineConfiguration.Read(text, path, Environment.GetEnvironmentVariable, sets, folder);
        foreach (var warning in result.Warnings) errors.WriteLine($"warning: {warning}");
        foreach (var error in result.Errors) errors.WriteLine($"error: {error}");
        return result.IsValid ? result : null;
    }
}
