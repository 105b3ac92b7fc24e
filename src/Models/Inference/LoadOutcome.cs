using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>How a load ended.</summary>
public abstract record LoadOutcome
{
    private LoadOutcome()
    {
    }

    /// <summary>The model is in memory.</summary>
    public sealed record Loaded(ILoadedModel Model) : LoadOutcome;

    /// <summary>It is not.</summary>
    /// <param name="Failure">The kind of failure.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Failed(LoadFailure Failure, string Reason) : LoadOutcome;

    /// <summary>Loads a model on the calling thread; never throws.</summary>
    public static LoadOutcome Of(IModelRuntime runtime, ModelCard card, CancellationToken cancellation)
    {
        try
        {
            return new Loaded(runtime.Load(card, cancellation));
        }
        catch (ModelLoadException error)
        {
            return new Failed(error.Failure, error.Message);
        }
        catch (Exception error) // a runtime's own fault ends this load, not the actor that owns its lease
        {
            return new Failed(LoadFailure.Other, $"model '{card.Id}': {error.GetType().Name}: {error.Message}");
        }
    }
}
