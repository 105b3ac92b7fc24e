using ActorPipeline.Catalog;

namespace ActorPipeline.Inference;

/// <summary>What came of looking at a model's file.</summary>
public abstract record InspectionOutcome
{
    private InspectionOutcome()
    {
    }

    /// <summary>It is a model.</summary>
    public sealed record Found(ModelInspection Inspection) : InspectionOutcome;

    /// <summary>It cannot be read, or is none.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Failed(string Reason) : InspectionOutcome;

    /// <summary>Looks at a model's file; never throws.</summary>
    public static InspectionOutcome Of(IModelRuntime runtime, ModelCard card)
    {
        try
        {
            return new Found(runtime.Inspect(card));
        }
        catch (ModelLoadException error)
        {
            return new Failed(error.Message);
        }
        catch (Exception error) // a runtime's own fault refuses the run, and does not end the root without a word
        {
            return new Failed($"model '{card.Id}': {error.GetType().Name}: {error.Message}");
        }
    }
}
