using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Cuts detections out of frames, once for each size that is wanted, off the pipeline's own thread, so that the pixels can be let go before classification.</summary>
internal sealed class CropActor : ReceiveActor
{
    public CropActor(CropLayout layout)
    {
        Receive<CropFrame>(f => Context.Parent.Tell(new FrameCropped(f.Frame, layout.Regions
            .Select(region => Cropper.TryCropAll(f.Pixels, f.Detections, f.Crops, region.Width, region.Height, region.Offset))
            .FirstOrDefault(failure => failure is not null))));
        // What was asked before is done by now: no buffer is touched any more.
        Receive<AbandonWork>(_ => Context.Parent.Tell(new WorkAbandoned()));
    }
}
