using ActorPipeline.Catalog;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

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

    /// <summary>The recipe; null where models are loaded on that provider as their files have them.</summary>
    /// <exception cref="IOException">The model's content cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="InvalidDataException">The model names weights outside its folder.</exception>
    public IEngineRecipe? Of(ModelCard card, ExecutionProvider provider) => provider == ExecutionProvider.Cpu
        ? new CpuRecipe(card, CpuKey(card), library, Plan(card, provider), _weights)
        : null;

    /// <summary>How a session on the model's own file is opened.</summary>
    public SessionPlan Plan(ModelCard card, ExecutionProvider provider) => ProviderPlan.For(card, provider, arena) with { Pool = pool };

    private EngineKey CpuKey(ModelCard card) => new()
    {
        Model = ModelFile.ContentOf(card),
        Provider = ExecutionProvider.Cpu,
        Runtime = library.Version,
        Device = ProcessorName.Of(),
        Precision = ModelFile.Precision(card),
        Recipe = CpuRecipe.Version,
    };
}
