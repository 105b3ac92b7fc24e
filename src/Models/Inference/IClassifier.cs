using ActorPipeline.Vision;

namespace ActorPipeline.Inference;

/// <summary>A loaded model that names what a crop shows.</summary>
public interface IClassifier : ILoadedModel
{
    /// <summary>Normalises, runs and ranks, all on the calling thread.</summary>
    /// <param name="lane">The lane that runs; a lane runs one crop at a time.</param>
    /// <param name="crop">The crop; resized only where it has not the input's size.</param>
    /// <param name="top">
    /// Filled with the best classes, best first. A merged model fills it head after head, each with the labels that its card wants and
    /// its classes allow, and <see cref="Classification.Head"/> says whose they are.
    /// </param>
    /// <returns>How many were filled: the smaller of its length and the classes.</returns>
    /// <exception cref="RunTerminatedException">The run was terminated.</exception>
    /// <exception cref="SessionClosedException">The model was disposed.</exception>
    int Classify(int lane, in ImageView crop, Span<Classification> top);
}
