using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Onnx.Providers;

namespace ActorPipeline.Engines;

/// <summary>
/// Engines for a GPU. For TensorRT what its builder made, as a model whose one node holds it: loaded without building anything. For CUDA
/// the rewritten graph, which its provider compiles nothing of.
/// </summary>
/// <param name="card">The model.</param>
/// <param name="key">What its engine depends on.</param>
/// <param name="library">Builds engines and opens sessions.</param>
/// <param name="model">What the model's file says.</param>
/// <param name="machine">What there is; it has a device.</param>
internal sealed class DeviceRecipe(ModelCard card, EngineKey key, IOnnxLibrary library, ModelFacts model, ProviderMachine machine) : IEngineRecipe
{
    private const string ModelName = TensorRtStage.ContextName;

    /// <inheritdoc/>
    public ModelCard Card => card;

    /// <inheritdoc/>
    public EngineKey Key => key;

    /// <inheritdoc/>
    /// <remarks>Without an engine TensorRT would build one at each load, unchecked and inside the process of the cameras: the next provider is better.</remarks>
    public bool RunsPlain => card.Merged.Count == 0 && key.Provider == ExecutionProvider.Cuda;

    /// <summary>What an engine depends on.</summary>
    /// <exception cref="IOException">The model's content cannot be read.</exception>
    public static EngineKey KeyOf(ModelCard card, string content, IOnnxLibrary library, ModelFacts model, ProviderMachine machine, ProviderCandidate candidate)
    {
        var device = machine.Device!;
        return new EngineKey
        {
            Model = content,
            Provider = candidate.Provider,
            ProviderVersion = candidate.Provider == ExecutionProvider.TensorRt ? $"TensorRT {device.TensorRt}, CUDA {device.Cuda}" : "",
            Runtime = library.Version,
            Device = $"{device.Name}, compute capability {device.Compute}, {device.Board}",
            Precision = candidate.Precision,
            Shapes = model.HasFreeBatch ? $"batches of 1 to {card.Device.Batch.Max()}, tuned for {card.Device.Batch[0]}" : "",
            Workspace = card.Device.Workspace,
            Recipe = $"rewrites {GraphPreparation.Version}, {card.Device.BuilderLevel} {card.Device.TacticSources} {card.Device.Precision} {card.Device.AllowFallback}",
        };
    }

    /// <inheritdoc/>
    public EngineManifest Write(string folder, CancellationToken cancellation)
    {
        var expected = Expected(cancellation);
        var (source, rewrites) = EngineSource.Write(card, folder);
        if (IsContext)
        {
            using (library.Open(source, Plan(new TensorRtStage.Building(folder, Timings(folder))), cancellation))
            {
            }
            EngineSource.Remove(folder);
            if (!File.Exists(Path.Combine(folder, ModelName))) throw new InvalidDataException("TensorRT took nothing of it");
        }
        else
        {
            File.Move(source, Path.Combine(folder, ModelName));
        }
        var manifest = new EngineManifest { Key = key, Model = ModelName, Rewrites = rewrites };
        using var session = Open(new Engine(folder, manifest), cancellation);
        // Beyond the batches that it was built for TensorRT would build another one here.
        var found = BatchLimit.Of(card, model.HasFreeBatch, key.Provider, machine) > 1 ? EngineCheck.RunLike(expected, session, card.Input) : EngineCheck.Run(session, card.Input);
        return manifest with { Difference = EngineCheck.Compare(expected, found, Bound) };
    }

    /// <inheritdoc/>
    public INativeSession Open(Engine engine, CancellationToken cancellation) =>
        library.Open(engine.File(engine.Manifest.Model), Plan(new TensorRtStage.Loading(engine.Folder)), cancellation);

    /// <inheritdoc/>
    public INativeSession OpenPlain(CancellationToken cancellation) => library.Open(card.Path, Plan(TensorRtStage.Direct.Instance), cancellation);

    /// <summary>Whether an engine is a model with a built node in it; older libraries have a folder of engines beside the rewritten model.</summary>
    private bool IsContext => key.Provider == ExecutionProvider.TensorRt && TensorRtOptions.KeepsContexts(machine);

    // Half floats keep three digits, and TF32 does too; of eight bits a coarse check is all that can be had. Not measured on a device yet.
    private double Bound => key.Precision switch
    {
        "int8" => 0.25,
        "fp16" => 0.05,
        _ => 0.01,
    };

    private SessionPlan Plan(TensorRtStage stage) => key.Provider == ExecutionProvider.TensorRt
        ? DevicePlan.TensorRt(card, model, machine, key.Precision, stage)
        : DevicePlan.Cuda(card, machine);

    // Beside the engines: the next build on this device takes them from there.
    private static string Timings(string folder) => Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(folder)!, "timings")).FullName;

    /// <summary>What the models give on the processor, those of a merged card one behind the other.</summary>
    private IReadOnlyList<IReadOnlyList<float[]>> Expected(CancellationToken cancellation) =>
        EngineCheck.Expected(card, path => library.Open(path, new SessionPlan { Provider = ExecutionProvider.Cpu, LogId = card.Id.Value }, cancellation));
}
