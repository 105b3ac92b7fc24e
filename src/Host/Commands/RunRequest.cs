namespace ActorPipeline.Hosting.Commands;

/// <summary>What <c>run</c> is asked for; <c>demo</c> asks for the same with files of its own.</summary>
/// <param name="Config">The configuration file.</param>
/// <param name="Sets">Each <c>--set PATH=VALUE</c>.</param>
/// <param name="Frames">Ends each source after so many frames; null for all.</param>
/// <param name="Output">Folder for what the run leaves.</param>
/// <param name="Json">Whether the summary is printed as one JSON object.</param>
internal sealed record RunRequest(string Config, IReadOnlyList<string> Sets, long? Frames, string Output, bool Json)
{
    /// <summary>The configuration's name.</summary>
    public string Name => Path.GetFileNameWithoutExtension(Config);

    /// <summary>A file in the output folder.</summary>
    public string File(string name) => Path.Combine(Output, name);
}
