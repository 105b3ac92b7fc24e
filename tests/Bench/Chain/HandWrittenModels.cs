using ActorPipeline.Vision;

namespace ActorPipeline.Bench.Chain;

/// <summary>A detector as a loop that is written by hand has it. One thread at a time.</summary>
internal interface IFrameDetector : IDisposable
{
    /// <summary>Finds objects.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="into">Filled best first.</param>
    /// <returns>How many there are.</returns>
    int Detect(in ImageView frame, Span<Detection> into);
}

/// <summary>A classifier as a loop that is written by hand has it. One thread at a time.</summary>
internal interface ICropClassifier : IDisposable
{
    /// <summary>Pixels across a crop.</summary>
    int Width { get; }

    /// <summary>Pixels down a crop.</summary>
    int Height { get; }

    /// <summary>The best label.</summary>
    Classification Classify(in ImageView crop);
}
