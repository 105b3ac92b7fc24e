namespace ActorPipeline.Hosting.Quantizing;

/// <summary>A folder among the temporary files that goes with its owner, with all that is in it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>The folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("actorpipeline-quantize-").FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It lies among the temporary files, which somebody else clears.
        }
    }
}
