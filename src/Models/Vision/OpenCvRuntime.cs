using OpenCvSharp;

namespace ActorPipeline.Vision;

/// <summary>Makes sure OpenCV's native library is there before anything touches it.</summary>
public static class OpenCvRuntime
{
    private static readonly Lazy<Exception?> Attempt = new(Load);

    /// <summary>Loads OpenCV once and keeps it to the calling thread: cores are given out by lanes, not by a library's own pool.</summary>
    /// <exception cref="OpenCvUnavailableException">It does not load; the message names the packages that bring it.</exception>
    public static void EnsureLoaded()
    {
        if (Attempt.Value is { } cause) throw new OpenCvUnavailableException(cause);
    }

    private static Exception? Load()
    {
        try
        {
            Cv2.SetNumThreads(1);
            // What it would print about a file that does not open is said by our own exceptions.
            Cv2.SetLogLevel(LogLevel.SILENT);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException or OpenCvSharpException)
        {
            return e;
        }
    }
}

/// <summary>OpenCV's native library does not load here.</summary>
public sealed class OpenCvUnavailableException(Exception cause) : Exception(
    "OpenCV's native library does not load: it comes with the NuGet package OpenCvSharp4.official.runtime.linux-x64 and needs Debian's libgtk-3-0 " +
    $"(apt-get install libgtk-3-0). The loader said: {Innermost(cause)}", cause)
{
    private static string Innermost(Exception e) => e.GetBaseException().Message;
}
