using ActorPipeline.Sources;
using ActorPipeline.Vision;

namespace ActorPipeline.Hosting.Running;

/// <summary>Tells what a source is when it is opened, so that a display can say how far a run is.</summary>
internal sealed class AnnouncedSource(IFrameSource source, Action<SourceInfo> opened) : IFrameSource
{
    public SourceInfo Open()
    {
        var info = source.Open();
        opened(info);
        return info;
    }

    public SourceRead Read(PixelBuffer into) => source.Read(into);

    public void Dispose() => source.Dispose();
}
