using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Engines;

/// <summary>
/// Engines for the processor: the graph rewritten, then optimised by ONNX Runtime for this processor's layouts, with its weights in a file
/// of their own. Opened again it needs no optimising, and its weights are pages of that file: the system can take them back, they are no
/// part of the heap, and engines with the same weights share them.
/// </summary>
/// <param name="card">The model.</param>
/// <param name="key">What its engine depends on.</param>
/// <param name="library">Optimises it, and opens sessions.</param>
/// <param name="plan">How sessions on the model are opened.</param>
/// <param name="weights">Maps weights.</param>
internal sealed class CpuRecipe(ModelCard card, EngineKey key, IOnnxLibrary library, SessionPlan plan, WeightMap weights) : IEngineRecipe
{
    /// <summary>Raised whenever engines come out another than before for the same model.</summary>
    private static readonly string Version = $"rewrites {GraphPreparation.Version}, layout 3";

    private const string ModelName = "model.onnx";

    // Smaller ones stay in the model's file: a page holds a thousand floats.
    private const int SmallestWeight = 1024;

    /// <inheritdoc/>
    public ModelCard Card => card;

    /// <inheritdoc/>
    public EngineKey Key => key;

    /// <inheritdoc/>
    public bool RunsPlain => card.Merged.Count == 0;

    /// <summary>What an engine depends on.</summary>
    public static EngineKey KeyOf(string content, IOnnxLibrary library, string precision) => new()
    {
        Model = content, Provider = ExecutionProvider.Cpu, Runtime = library.Version, Device = ProcessorName.Of(), Precision = precision, Recipe = Version,
    };

    /// <inheritdoc/>
    public EngineManifest Write(string folder, CancellationToken cancellation)
    {
        // Without an arena the build peaks lower; it runs once. The sessions are never in memory together.
        var once = plan with { Arena = false, Pool = false };
        var expected = EngineCheck.Expected(card, path => library.Open(path, once, cancellation));
        var (source, rewrites) = EngineSource.Write(card, folder);
        var model = Path.Combine(folder, ModelName);
        using (library.Open(source, (once with { WriteTo = model })
            .With("session.optimized_model_external_initializers_file_name", EngineWeight.WeightsFile)
            .With("session.optimized_model_external_initializers_min_size_in_bytes", $"{SmallestWeight}"), cancellation))
        {
        }
        EngineSource.Remove(folder);
        Trim(model);
        var manifest = new EngineManifest { Key = key, Model = ModelName, Rewrites = rewrites, Weights = IsPacked ? [] : WeightsIn(model) };
        using var session = Open(once, new Engine(folder, manifest), cancellation);
        return manifest with { Difference = EngineCheck.Compare(expected, EngineCheck.RunLike(expected, session, card.Input), EngineCheck.Bound) };
    }

    /// <inheritdoc/>
    public INativeSession Open(Engine engine, CancellationToken cancellation) => Open(plan, engine, cancellation);

    /// <inheritdoc/>
    public INativeSession OpenPlain(CancellationToken cancellation) => library.Open(card.Path, plan, cancellation);

    // Packed weights are a second copy, on the heap. Floats run as fast without (for one picture); integers do not.
    private bool IsPacked => key.Precision == "int8";

    private INativeSession Open(SessionPlan with, Engine engine, CancellationToken cancellation)
    {
        with = with with { Optimise = false };
        if (!IsPacked) with = with.With("session.disable_prepacking", "1") with { Weights = weights.Map(engine) };
        return library.Open(engine.File(engine.Manifest.Model), with, cancellation);
    }

    private static EngineWeight[] WeightsIn(string model) =>
    [
        .. WeightIdentity.Of(model).Where(w => w.Location == EngineWeight.WeightsFile)
            .Select(w => new EngineWeight(w.Name, (TensorElementType)w.ElementType, [.. w.Dims], w.Offset, w.Length, w.Sha256)),
    ];

    /// <summary>Takes out of the optimised model what every load would read for nothing.</summary>
    private static void Trim(string path)
    {
        var model = GraphFile.Parse(path);
        EngineTrim.Apply(model);
        GraphFile.Write(model, path);
    }
}
