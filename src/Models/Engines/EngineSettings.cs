using ActorPipeline.Catalog;

namespace ActorPipeline.Engines;

/// <summary><c>actor-pipeline.engines</c>: whether engines are built, where they are kept, and how much of them.</summary>
public sealed record EngineSettings
{
    /// <summary>The folder's name for one in the user's own cache.</summary>
    public const string Automatic = "auto";

    private const string FolderName = "engines";

    /// <value>Whether engines are built and used; else models are loaded as their files have them. Default true.</value>
    public bool Enabled { get; init; } = true;

    /// <value>Where they are kept: a folder's path, or <see cref="Automatic"/>, which is the default.</value>
    public string Folder { get; init; } = Automatic;

    /// <value>Bytes that all of them may take on disk. 64 MiB to 16384 GiB. Default 2 GiB.</value>
    public Bytes Limit { get; init; } = Bytes.MiB(2048);

    /// <summary>The folder's path; null where engines are neither built nor used. A worker process finds the same.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    public string? FolderPath(Func<string, string?> environment) =>
        !Enabled ? null : Folder == Automatic ? Path.Combine(FootprintFolder.UserFolder(environment), FolderName) : Path.GetFullPath(Folder);
}
