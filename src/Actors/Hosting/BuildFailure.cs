using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting;

/// <summary>What follows from an engine that was not built before a run. Pure.</summary>
public abstract record BuildFailure
{
    private BuildFailure()
    {
    }

    /// <summary>The run cannot begin.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Refuses(string Reason) : BuildFailure;

    /// <summary>The run begins without the engine.</summary>
    /// <param name="Card">By which the model is loaded.</param>
    /// <param name="Warning">For people.</param>
    public sealed record GoesOn(ModelCard Card, string Warning) : BuildFailure;

    /// <summary>
    /// Decides. A bad model refuses the run, as does one that the processor may not run. Any other is loaded all the same, but never on
    /// TensorRT: that load would build the engine again, inside the process of the cameras, where it is they that are killed for memory.
    /// </summary>
    /// <param name="card">The model.</param>
    /// <param name="why">What went wrong.</param>
    public static BuildFailure Of(ModelCard card, WorkerAnswer.Failed why)
    {
        if (why.Failure?.IsBadModel() == true) return new Refuses(why.Reason);
        if (!card.Providers.Contains(ExecutionProvider.Cpu)) return new Refuses($"the engine of model '{card.Id}' could not be built: {why.Reason}");
        ExecutionProvider[] others = [.. card.Providers.Where(p => p != ExecutionProvider.TensorRt)];
        var without = others.Length < card.Providers.Count ? ", without tensorrt" : "";
        return new GoesOn(card with { Providers = others }, $"the engine of model '{card.Id}' could not be built: {why.Reason}; it is left to the model's load{without}");
    }
}
