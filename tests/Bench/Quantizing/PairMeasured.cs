namespace ActorPipeline.Bench.Quantizing;

/// <summary>A run of the pair, from inside and from outside.</summary>
/// <param name="Result">What the process said.</param>
/// <param name="Anonymous">The most anonymous memory that it had.</param>
/// <param name="Pages">The most resident pages of the pair's files.</param>
internal sealed record PairMeasured(PairResult Result, Bytes Anonymous, Bytes Pages)
{
    /// <summary>Both. They need not have been at their most at once: it is an upper bound.</summary>
    public Bytes Peak => Anonymous + Pages;
}
