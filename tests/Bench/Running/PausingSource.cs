using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Running;

/// <summary>A live source that gives some frames and then none, until it is told to end: a read blocks meanwhile.</summary>
/// <param name="source">The frames.</param>
/// <param name="frames">How many it gives.</param>
internal sealed class PausingSource(IFrameSource source, int frames) : IFrameSource
{
    private readonly ManualResetEventSlim _end = new();
    private readonly TaskCompletionSource _paused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _read;

    /// <summary>Done when it gives no more.</summary>
    public Task Paused => _paused.Task;

    /// <summary>Lets it end.</summary>
    public void End() => _end.Set();

    public SourceInfo Open() => source.Open() with { Live = true, FrameCount = null };

    public SourceRead Read(PixelBuffer into)
    {
        if (_read++ < frames) return source.Read(into);
        _paused.TrySetResult();
        _end.Wait();
        return new SourceRead.EndOfFile();
    }

    public void Dispose()
    {
        source.Dispose();
        _end.Dispose();
    }
}
