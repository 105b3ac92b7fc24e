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

    /// <summary>Crops that one run of it takes at most, now; 1 for a model that is not worth running on several.</summary>
    int Batch => 1;

    /// <summary>Classifies several crops, as many at a time as <see cref="Batch"/> says.</summary>
    /// <param name="lane">The lane that runs.</param>
    /// <param name="crops">The crops; they may lie in different buffers.</param>
    /// <param name="top">Room for as many labels as the card wants for each crop, one crop's behind the other's.</param>
    /// <param name="filled">How many labels each crop got.</param>
    /// <exception cref="RunTerminatedException">The run was terminated.</exception>
    /// <exception cref="SessionClosedException">The model was disposed.</exception>
    void Classify(int lane, ReadOnlySpan<ImageView> crops, Span<Classification> top, Span<int> filled)
    {
        for (var i = 0; i < crops.Length; i++) filled[i] = Classify(lane, crops[i], top.Slice(i * Card.LabelsEach, Card.LabelsEach));
    }
}
