using System.Globalization;

namespace ActorPipeline.Sources;

/// <summary>Finds the source that an address means.</summary>
public static class FrameSources
{
    /// <summary>
    /// A number is a camera's index; rtsp://, http:// and the like a stream; a directory a picture folder; anything else a video file.
    /// The source is not opened yet.
    /// </summary>
    public static IFrameSource Open(string address, SourceOptions? options = null)
    {
        options ??= new SourceOptions();
        if (int.TryParse(address, NumberStyles.None, CultureInfo.InvariantCulture, out var camera)) return LiveSource.Camera(camera, options);
        if (address.StartsWith("file://", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(address, UriKind.Absolute, out var uri)) address = uri.LocalPath;
        if (address.Contains("://", StringComparison.Ordinal)) return LiveSource.Stream(address, options);
        return Directory.Exists(address) ? new PictureFolderSource(address, options) : new VideoFileSource(address, options);
    }
}
