using ActorPipeline.Vision;

namespace ActorPipeline.Sources;

/// <summary>Where frames come from. One thread opens, reads and disposes it; reads block.</summary>
public interface IFrameSource : IDisposable
{
    /// <summary>Opens it and decodes as far as the first frame, so that the decoder's own memory is there.</summary>
    /// <exception cref="SourceOpenException">It cannot be opened; the message is meant for people.</exception>
    SourceInfo Open();

    /// <summary>Reads the next frame, packed BGR, into a buffer; blocks.</summary>
    /// <param name="into">
    /// At least <see cref="SourceInfo.FrameBytes"/> long; but a live source that takes the place of one that was lost gets the buffers that
    /// were made for the first, and has its frames fit them.
    /// </param>
    SourceRead Read(PixelBuffer into);
}

/// <summary>What a source is.</summary>
/// <param name="Live">A camera or stream: frames come whether wanted or not, and only the newest counts. Else a file: it waits.</param>
/// <param name="MaxWidth">Widest frame in pixels.</param>
/// <param name="MaxHeight">Tallest frame in pixels.</param>
/// <param name="FramesPerSecond">Nominal rate; null where it has none (a picture folder).</param>
/// <param name="FrameCount">Frames it says it has; null where it cannot know.</param>
/// <param name="FrameBytes">Bytes a buffer needs for its largest frame.</param>
public sealed record SourceInfo(bool Live, int MaxWidth, int MaxHeight, double? FramesPerSecond, long? FrameCount, int FrameBytes);

/// <summary>What a read brought.</summary>
public abstract record SourceRead
{
    private SourceRead()
    {
    }

    /// <summary>A frame now lies in the buffer.</summary>
    /// <param name="Width">Its width in pixels.</param>
    /// <param name="Height">Its height in pixels.</param>
    /// <param name="Position">Its time in the source; zero where it has none.</param>
    /// <param name="Name">The picture's file name; null for video.</param>
    public sealed record Frame(int Width, int Height, TimeSpan Position, string? Name = null) : SourceRead;

    /// <summary>This one picture or frame cannot be used; the next may be.</summary>
    /// <param name="Reason">Why, for people.</param>
    /// <param name="Name">The picture's file name; null for video.</param>
    public sealed record Unreadable(string Reason, string? Name) : SourceRead;

    /// <summary>The source is read to its end.</summary>
    public sealed record EndOfFile : SourceRead;

    /// <summary>The source broke off: cut off, vanished, disconnected.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Lost(string Reason) : SourceRead;
}

/// <summary>A source cannot be opened. The message names it and says what to do.</summary>
public sealed class SourceOpenException(string message, Exception? cause = null) : Exception(message, cause);
