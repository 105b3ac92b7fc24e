namespace ActorPipeline.Hosting;

/// <summary><c>actor-pipeline.pull</c>: where the program's <c>models pull</c> gets models from, where its options do not say so.</summary>
public sealed record PullSettings
{
    /// <value>The address of a signed index; empty for none. Default empty.</value>
    public string Index { get; init; } = "";

    /// <value>The PEM file of the public key that the index is signed with; empty for none. Default empty.</value>
    public string Key { get; init; } = "";

    /// <value>The folder that gets a folder for each model; empty for none. Default empty.</value>
    public string Folder { get; init; } = "";
}
