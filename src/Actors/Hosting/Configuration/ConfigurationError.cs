namespace ActorPipeline.Hosting.Configuration;

/// <summary>A place in a configuration.</summary>
/// <param name="File">The file's name as it was given, or <c>--set</c>.</param>
/// <param name="Line">From 1; 0 where there are no lines, as in an override.</param>
/// <param name="Column">From 1.</param>
public readonly record struct SourcePosition(string File, int Line, int Column)
{
    /// <summary>Where an override from the command line stands.</summary>
    public static readonly SourcePosition Override = new("--set", 0, 0);

    /// <summary><c>file:line:column</c>, or the file alone where there are no lines.</summary>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}

/// <summary>One thing that is wrong with a configuration, or (among the warnings) odd about it.</summary>
/// <param name="Position">Where.</param>
/// <param name="Key">The full key, such as <c>actor-pipeline.memory.budget</c>; empty for a fault of syntax.</param>
/// <param name="Message">What is wrong, what was expected and what was found; for people.</param>
public sealed record ConfigurationError(SourcePosition Position, string Key, string Message)
{
    /// <summary><c>file:line:column: key: message</c>.</summary>
    public override string ToString() => Key.Length == 0 ? $"{Position}: {Message}" : $"{Position}: {Key}: {Message}";
}
