using ActorPipeline.Vision;

namespace ActorPipeline.Sources;

/// <summary>Ends a source after so many frames.</summary>
/// <param name="source">The source.</param>
/// <param name="frames">Frames until the end of file.</param>
public sealed class LimitedSource(IFrameSource source, long frames) : IFrameSource
{
    private long _read;

    /// <inheritdoc/>
    public SourceInfo Open()
    {
        var info = source.Open();
        return info with { FrameCount = info.FrameCount is { } count ? Math.Min(count, frames) : null };
    }

    /// <inheritdoc/>
    public SourceRead Read(PixelBuffer into) => _read++ < frames ? source.Read(into) : new SourceRead.EndOfFile();

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
