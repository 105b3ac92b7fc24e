using ActorPipeline.Vision;

namespace ActorPipeline.Sinks;

/// <summary>Where results go. One thread opens, writes and disposes it; writes may block.</summary>
public interface IFrameSink : IDisposable
{
    /// <summary>Whether it needs a frame's pixels.</summary>
    bool DrawsPixels { get; }

    /// <summary>Results that it left out by itself: its other side was away for longer than its store lasts, or would not take them.</summary>
    long Dropped => 0;

    /// <summary>Opens it.</summary>
    /// <exception cref="SinkException">It cannot be opened; the message is meant for people.</exception>
    void Open(SinkContext context);

    /// <summary>Takes one frame's result; frames come in capture order.</summary>
    /// <param name="report">The result.</param>
    /// <param name="pixels">The frame's pixels, where it draws and the frame has any.</param>
    /// <exception cref="SinkException">It cannot be kept up: the disk is full, the target has gone.</exception>
    void Write(FrameReport report, ImageView? pixels);

    /// <summary>Writes what it still holds back and finishes the file.</summary>
    /// <exception cref="SinkException">It cannot be finished.</exception>
    void Complete();
}

/// <summary>A sink that drops and says itself which frames it takes; those that it does not want are no loss, and not counted.</summary>
public interface ISelectiveSink : IFrameSink
{
    /// <summary>Whether it takes the next frame. Asked for each while it has room, from another thread than writes; who says yes gets that frame.</summary>
    bool TryWant();
}

/// <summary>What a sink may know of its pipeline.</summary>
/// <param name="Pipeline">The pipeline's name.</param>
/// <param name="MaxWidth">Widest frame in pixels.</param>
/// <param name="MaxHeight">Tallest frame in pixels.</param>
/// <param name="FramesPerSecond">The source's nominal rate, or a default.</param>
public sealed record SinkContext(string Pipeline, int MaxWidth, int MaxHeight, double FramesPerSecond)
{
    /// <summary>Gets what people should know of a sink that goes on all the same; from any thread.</summary>
    public Action<string> Warn { get; init; } = _ => { };
}

/// <summary>A sink cannot be opened or kept. The message names it and says why.</summary>
public sealed class SinkException(string message, Exception? cause = null) : Exception(message, cause);
