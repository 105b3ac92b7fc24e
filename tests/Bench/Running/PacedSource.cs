using System.Diagnostics;
using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Running;

/// <summary>A live source that gives frames at its rate by the wall clock: a read blocks until the next one is due. No drift.</summary>
/// <param name="source">The frames.</param>
/// <param name="framesPerSecond">Its rate.</param>
/// <param name="phase">How long after its first read the first frame comes, so that several sources do not all come at once.</param>
internal sealed class PacedSource(IFrameSource source, double framesPerSecond, TimeSpan phase) : IFrameSource
{
    private readonly Stopwatch _clock = new();
    private long _read;

    public SourceInfo Open() => source.Open() with { Live = true, FrameCount = null, FramesPerSecond = framesPerSecond };

    public SourceRead Read(PixelBuffer into)
    {
        _clock.Start();
        var wait = phase + TimeSpan.FromSeconds(_read++ / framesPerSecond) - _clock.Elapsed;
        if (wait > TimeSpan.Zero) Thread.Sleep(wait);
        return source.Read(into);
    }

    public void Dispose() => source.Dispose();
}
