using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Running;

/// <summary>A source that begins anew at its end, until so many frames were read.</summary>
/// <param name="open">Makes the source, not yet open.</param>
/// <param name="frames">Frames until the end of file.</param>
internal sealed class LoopingSource(Func<IFrameSource> open, long frames) : IFrameSource
{
    private IFrameSource _source = open();
    private long _read;

    public SourceInfo Open() => _source.Open() with { FrameCount = frames };

    public SourceRead Read(PixelBuffer into)
    {
        if (_read >= frames) return new SourceRead.EndOfFile();
        var read = _source.Read(into);
        if (read is SourceRead.EndOfFile)
        {
            _source.Dispose();
            _source = open();
            _source.Open();
            read = _source.Read(into);
        }
        _read++;
        return read;
    }

    public void Dispose() => _source.Dispose();
}
