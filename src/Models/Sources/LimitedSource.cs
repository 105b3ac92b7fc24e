using ActorPipeline.Vision;

namespace ActorPipeline.Sources;

/// <summary>Ends a source after so many frames.</summary>
/// <param name="source">The source.</param>
/// <param name="allowance">Frames until the end of file.</param>
public sealed class LimitedSource(IFrameSource source, FrameAllowance allowance) : IFrameSource
{
    /// <summary>Ends a source after so many frames.</summary>
    /// <param name="source">The source.</param>
    /// <param name="frames">Frames until the end of file.</param>
    public LimitedSource(IFrameSource source, long frames)
        : this(source, new FrameAllowance(frames))
    {
    }

    /// <inheritdoc/>
    public SourceInfo Open()
    {
        var info = source.Open();
        return info with { FrameCount = info.FrameCount is { } count ? Math.Min(count, allowance.Left) : null };
    }

    /// <inheritdoc/>
    public SourceRead Read(PixelBuffer into)
    {
        if (allowance.Left <= 0) return new SourceRead.EndOfFile();
        var read = source.Read(into);
        // What broke off brought no frame: whoever takes its place still has it to read.
        if (read is SourceRead.Frame or SourceRead.Unreadable) allowance.Take();
        return read;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
