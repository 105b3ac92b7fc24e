using ActorPipeline.Vision;

namespace ActorPipeline.Sources;

/// <summary>What all sources say alike.</summary>
internal static class SourceErrors
{
    /// <summary>Loads OpenCV, or says what is missing.</summary>
    /// <exception cref="SourceOpenException">It does not load.</exception>
    public static void RequireOpenCv(string what)
    {
        try
        {
            OpenCvRuntime.EnsureLoaded();
        }
        catch (OpenCvUnavailableException e)
        {
            throw new SourceOpenException($"{what} cannot be opened: {e.Message}", e);
        }
    }
}
