namespace ActorPipeline.Bench.Quantizing;

/// <summary>What a process is to run: the pair on the street, and nothing else in its life but two other models before.</summary>
/// <param name="Way">How it has the pair.</param>
/// <param name="Detector">Finds objects.</param>
/// <param name="Classifier">Names them.</param>
/// <param name="Frames">Frames that count for the rate.</param>
/// <param name="Window">Frames in flight, no more and no fewer.</param>
/// <param name="Budget">The memory budget in bytes.</param>
/// <param name="Cache">Where engines are.</param>
internal sealed record PairJob(PairWay Way, PairModel Detector, PairModel Classifier, int Frames, int Window, long Budget, string Cache)
{
    /// <summary>Frames before the rate counts: the first are slowed by loads and code that is compiled.</summary>
    public int WarmUp => 3 * Window;
}
