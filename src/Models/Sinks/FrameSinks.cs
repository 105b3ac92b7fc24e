namespace ActorPipeline.Sinks;

/// <summary>A sink as the configuration names it.</summary>
/// <param name="Type">"json-lines" or "video".</param>
/// <param name="Path">The file it writes.</param>
public sealed record SinkDescription(string Type, string Path);

/// <summary>Makes sinks from their descriptions.</summary>
public static class FrameSinks
{
    /// <summary>The types there are.</summary>
    public static readonly IReadOnlyList<string> Types = ["json-lines", "video"];

    /// <summary>The sink, not opened yet.</summary>
    /// <exception cref="SinkException">There is no such type, or it cannot write such a file.</exception>
    public static IFrameSink Create(SinkDescription description) => description.Type switch
    {
        "json-lines" => new JsonLinesSink(description.Path),
        "video" => new AnnotatedVideoSink(description.Path),
        _ => throw new SinkException($"There is no sink of type '{description.Type}' (for {description.Path}); there are {string.Join(", ", Types)}."),
    };
}
