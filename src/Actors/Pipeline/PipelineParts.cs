using ActorPipeline.Sinks;
using Akka.Actor;

namespace ActorPipeline.Pipeline;

/// <summary>What a pipeline is made with.</summary>
/// <param name="Board">Where work is posted.</param>
/// <param name="Lanes">Lanes that run models.</param>
/// <param name="Classifiers">The models that look at crops; empty where none does.</param>
/// <param name="Reader">Makes the source's reader, or names one that is there.</param>
/// <param name="CreateSink">Makes a sink.</param>
/// <param name="Time">The actors' clock.</param>
/// <param name="DrainTimeout">How long frames in flight may take once a sink is lost.</param>
internal sealed record PipelineParts(
    IActorRef Board, int Lanes, IReadOnlyList<PipelineClassifier> Classifiers, Func<IActorRefFactory, IActorRef> Reader, Func<SinkSettings, IFrameSink> CreateSink,
    TimeProvider Time, TimeSpan DrainTimeout)
{
    /// <summary>Where crops are posted instead of to the board: to what may hand them to neighbours. It lives no longer than the board. Null for the board itself.</summary>
    public IActorRef? Gateway { get; init; }

    /// <summary>The share of frames that are traced while somebody listens, from 0 to 1.</summary>
    public double TraceSample { get; init; }
}
