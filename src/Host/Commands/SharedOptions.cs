using System.CommandLine;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Options that several commands take alike.</summary>
internal static class SharedOptions
{
    /// <summary><c>--config FILE</c>.</summary>
    public static Option<string> Config() => new("--config") { Description = "The configuration (HOCON).", Required = true };

    /// <summary><c>--set PATH=VALUE</c>.</summary>
    public static Option<string[]> Sets() => new("--set") { Description = "Overrides one key: --set actor-pipeline.memory.budget=64MiB" };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Prints one JSON object as the last line of standard output." };
}
