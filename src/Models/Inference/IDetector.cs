using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

/// <summary>A loaded model that finds objects in a picture.</summary>
public interface IDetector : ILoadedModel
{
    /// <summary>Resizes, runs and decodes, all on the calling thread.</summary>
    /// <param name="lane">The lane that runs; a lane runs one picture at a time.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="into">Filled best first, boxes in pixels of the picture and clipped to it.</param>
    /// <returns>How many were found.</returns>
    /// <exception cref="RunTerminatedException">The run was terminated.</exception>
    /// <exception cref="SessionClosedException">The model was disposed.</exception>
    int Detect(int lane, in ImageView picture, Span<Detection> into);
}
