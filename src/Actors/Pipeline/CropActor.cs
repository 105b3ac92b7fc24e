using ActorPipeline.Vision;
using Akka.Actor;
using static ActorPipeline.Pipeline.PipelineProtocol;

namespace ActorPipeline.Pipeline;

/// <summary>Cuts detections out of frames, once for each size that is wanted, off the pipeline's own thread, so that the pixels can be let go before classification.</summary>
internal sealed class CropActor : ReceiveActor
{
    public CropActor(CropLayout layout, IReadOnlyList<PipelineClassifier> classifiers)
    {
        // One of those that share a region: they look at the same crops.
        int[] first = [.. layout.Regions.Select((_, region) => classifiers.TakeWhile(c => layout.IndexOf(c) != region).Count())];
        Receive<CropFrame>(f => Context.Parent.Tell(new FrameCropped(f.Frame, Crop(layout, first, f))));
        // What was asked before is done by now: no buffer is touched any more.
        Receive<AbandonWork>(_ => Context.Parent.Tell(new WorkAbandoned()));
    }

    /// <summary>Cuts them out in each size; says what went wrong, or null.</summary>
    private static string? Crop(CropLayout layout, int[] first, CropFrame frame)
    {
        string? failure = null;
        for (var i = 0; failure is null && i < layout.Regions.Count; i++)
        {
            var region = layout.Regions[i];
            failure = Cropper.TryCropAll(frame.Pixels, frame.Detections, frame.Chosen[first[i]], frame.Crops, region.Width, region.Height, region.Offset, region.Resize);
        }
        return failure;
    }
}
