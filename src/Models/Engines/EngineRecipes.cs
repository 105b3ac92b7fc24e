using ActorPipeline.Catalog;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Onnx.Providers;

namespace ActorPipeline.Engines;

/// <summary>Knows how the engine of a card on a provider is built.</summary>
/// <param name="library">Builds and opens them.</param>
/// <param name="arena">Whether sessions on the processor keep their activations in an arena.</param>
/// <param name="pool">Whether they take them from the pool of all sessions.</param>
internal sealed class EngineRecipes(IOnnxLibrary library, bool arena, bool pool)
{
    private readonly WeightMap _weights = new();

    /// <summary>Bytes of weights that are mapped and in use.</summary>
    public Bytes Mapped => _weights.InUse;

    /// <summary>The recipe.</summary>
    /// <exception cref="IOException">The model's content cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="InvalidDataException">The model names weights outside its folder.</exception>
    public IEngineRecipe Of(ModelCard card, ProviderCandidate candidate, ProviderMachine machine)
    {
        var (content, model) = (ModelFile.ContentOf(card), ModelFacts.Read(card));
        return candidate.Provider == ExecutionProvider.Cpu
            ? new CpuRecipe(card, CpuRecipe.KeyOf(content, library, candidate.Precision), library, Plan(card, candidate, machine), _weights)
            : new DeviceRecipe(card, DeviceRecipe.KeyOf(card, content, library, model, machine, candidate), library, model, machine);
    }

    /// <summary>How a session on the model's own file is opened.</summary>
    public SessionPlan Plan(ModelCard card, ProviderCandidate candidate, ProviderMachine machine) =>
        ProviderPlan.For(card, ModelFacts.Read(card), machine, candidate, arena) is var plan && candidate.Provider == ExecutionProvider.Cpu ? plan with { Pool = pool } : plan;
}
