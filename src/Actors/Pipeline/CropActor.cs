using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Cuts detections out of frames, off the pipeline's own thread, so that the pixels can be let go before classification.</summary>
internal sealed class CropActor : ReceiveActor
{
    public CropActor((int Width, int Height) size)
    {
        Receive<CropFrame>(f => Context.Parent.Tell(
            new FrameCropped(f.Frame, Cropper.TryCropAll(f.Pixels, f.Detections, f.Crops, size.Width, size.Height))));
        // What was asked before is done by now: no buffer is touched any more.
        Receive<AbandonWork>(_ => Context.Parent.Tell(new WorkAbandoned()));
    }
}
