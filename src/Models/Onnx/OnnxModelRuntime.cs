using System.Collections.Concurrent;
using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Engines;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Onnx.Providers;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

/// <summary>Loads models into ONNX Runtime, on TensorRT, CUDA or the processor, as the card prefers and the machine allows.</summary>
/// <param name="log">Gets ONNX Runtime's own log lines, from any thread; null drops them.</param>
/// <param name="arena">
/// Whether sessions on the processor keep their activations in an arena of ONNX Runtime's. Without one they go back to the C
/// library's heap after each run, and several lanes' runs fragment that; with one a session's memory stays at its peak.
/// </param>
/// <param name="pool">
/// Whether they take it from one pool of all sessions instead: as fast, what one run gives back serves the next one of any model, and
/// what lies free can go back to the system while models stay loaded.
/// </param>
/// <param name="engines">
/// Where engines are kept, and how much of them. Null never builds any: models are loaded as their files have them. What cannot be built
/// is loaded so, too, and <paramref name="log"/> told.
/// </param>
/// <param name="library"><c>actor-pipeline.onnxruntime.library</c>: the path of the native library, or "auto" for the packaged one.</param>
public sealed class OnnxModelRuntime(
    Action<string>? log = null, bool arena = false, bool pool = false, EngineSettings? engines = null, string library = OnnxLibraryUse.Auto) : IModelRuntime
{
    private readonly EngineStore? _engines = engines?.FolderPath(Environment.GetEnvironmentVariable) is { } folder ? new EngineStore(new EngineCache(folder, engines.Limit, log), log) : null;
    private readonly ConcurrentDictionary<string, bool> _unread = new(StringComparer.Ordinal);
    private EngineRecipes? _recipes;

    /// <summary>Bytes of weights that loaded models read from engines' files, those that several share counted once.</summary>
    public Bytes MappedWeights => _recipes?.Mapped ?? Bytes.Zero;

    /// <summary>Further configuration entries of sessions on the processor, where no engines are kept.</summary>
    internal IReadOnlyDictionary<string, string> Entries { get; init; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public ILoadedModel Load(ModelCard card, CancellationToken cancellation) => Load(card, wait: false, cancellation).Model;

    /// <inheritdoc/>
    public EngineReport Build(ModelCard card, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        // Loaded as well: only what loads is of use, and the report says what it is then.
        var (model, engine) = Load(card, wait: true, cancellation);
        using (model)
        {
            var manifest = engine.Engine?.Manifest;
            return new EngineReport(model.Report.Provider, engine.Use, clock.Elapsed, manifest?.Size ?? Bytes.Zero)
            {
                Difference = manifest?.Difference, Rewrites = manifest?.Rewrites ?? [],
                Why = engine.WhyNot is { } none ? $"{model.Report.ProviderReason}; no engine: {none}" : model.Report.ProviderReason,
            };
        }
    }

    /// <inheritdoc/>
    public ModelInspection Inspect(ModelCard card)
    {
        var bytes = card.Merged.Count == 0 ? ModelFile.Require(card) : RequireMerged(card);
        var (width, height) = OnnxFileInput.Read(card);
        var inspection = new ModelInspection(width, height, new Bytes(bytes), card.Footprint ?? FootprintEstimate.Of(card, bytes, arena))
        {
            ContentHash = ModelFile.Fingerprint(card), Precision = ModelFile.Precision(card), Build = FootprintEstimate.Build(card, bytes),
        };
        var machine = Machine(card);
        var facts = ModelFacts.Read(card);
        inspection = inspection with { MaxBatch = BatchLimit.Of(card, facts.HasFreeBatch, First(card, facts, machine)?.Provider ?? ExecutionProvider.Cpu, machine) };
        if (card.Providers.Any(p => p != ExecutionProvider.Cpu)) inspection = DeviceInspection.Of(card, bytes, inspection, machine);
        var recipe = FirstRecipe(card, machine);
        if (recipe is not null && _engines?.Find(recipe) is { } engine)
        {
            var weights = engine.Manifest.Weights.Select(w => new WeightPart(w.Sha256, w.Length)).Distinct().ToArray();
            inspection = inspection with { Weights = weights, MappedBytes = new Bytes(weights.Sum(w => w.Length)) };
        }
        return recipe is null || _engines!.IsDone(recipe.Key) ? inspection with { Build = Bytes.Zero, DeviceBuild = Bytes.Zero } : inspection;
    }

    private (ILoadedModel Model, OpenedEngine Engine) Load(ModelCard card, bool wait, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        ModelFile.Require(card);
        var labels = ModelFile.ReadLabels(card);
        RequireNativeLibraries(card);
        if (cancellation.IsCancellationRequested) throw Cancelled(card);
        OpenedEngine engine = default;
        var machine = ProviderMachine.Of(Library(card));
        var choices = ProviderPlan.Candidates(card, ModelFacts.Read(card), machine);
        var opened = ProviderPlan.Choose(card, choices, candidate => (engine = Open(card, candidate, machine, wait, cancellation)).Session);
        try
        {
            var contract = OnnxContract.Read(card, opened.Session, labels.Count);
            // Paddle's recognisers have a class for the space behind those of their dictionary.
            if (card.Kind == ModelKind.Ctc && labels.Count != 0 && labels.Count == contract.Classes - 1) labels = labels.With(" ");
            if (labels.Count != 0 && labels.Count != contract.Classes)
            {
                throw new ModelLoadException(card.Id, LoadFailure.WrongLabels,
                    $"Model '{card.Id}' ({card.Path}) knows {contract.Classes} classes, but its label list {card.LabelsPath} has {(card.Kind == ModelKind.Ctc ? labels.Count - 1 : labels.Count)} lines; expected one line for each class{(card.Kind == ModelKind.Ctc ? " but the blank, and the space or not" : "")}.");
            }
            if (cancellation.IsCancellationRequested) throw Cancelled(card);
            var batch = Math.Min(BatchSizes.Floor(card.Batch), BatchLimit.Of(card, contract.HasFreeBatch, opened.Provider, machine));
            var session = new OnnxSession(opened.Session, native => new OnnxLane(native, contract, card.Input,
                card.IsDetector ? BoxDecoder.For(card, contract.InputWidth, contract.InputHeight, contract.Classes, contract.Bins) : null, batch));
            var report = new LoadReport(opened.Provider, opened.Reason, opened.Candidate.Precision, contract.InputWidth, contract.InputHeight,
                contract.Classes, labels, clock.Elapsed) { Engine = engine.Use, Heads = OnnxHeads.Read(card, contract) };
            return (card.IsDetector ? new OnnxDetector(card, report, session) : new OnnxClassifier(card, report, session, batch), engine);
        }
        catch
        {
            opened.Session.Dispose();
            throw;
        }
    }

    private OpenedEngine Open(ModelCard card, ProviderCandidate candidate, ProviderMachine machine, bool wait, CancellationToken cancellation)
    {
        try
        {
            if (_engines is not null && !HasFreeSize(card) && RecipeOf(card, candidate, machine) is { } recipe) return _engines.Open(recipe, wait, cancellation);
            var plan = Recipes(card).Plan(card, candidate, machine);
            if (candidate.Provider == ExecutionProvider.Cpu) plan = plan with { Entries = Entries };
            return new OpenedEngine(Library(card).Open(card.Path, plan, cancellation), EngineUse.None, null);
        }
        catch (OperationCanceledException)
        {
            throw Cancelled(card);
        }
        catch (InvalidDataException e)
        {
            throw new ModelLoadException(card.Id, LoadFailure.Other, $"Model '{card.Id}' ({card.Path}): {e.Message}", e);
        }
    }

    /// <summary>
    /// How the engine of the next load is built, as far as can be seen: a provider that does not open is found only then. Null where there
    /// are no engines.
    /// </summary>
    private IEngineRecipe? FirstRecipe(ModelCard card, ProviderMachine machine) =>
        _engines is not null && !HasFreeSize(card) && First(card, ModelFacts.Read(card), machine) is { } first ? RecipeOf(card, first, machine) : null;

    // An engine is tried before it is kept, on inputs and outputs whose sizes the graph says.
    private static bool HasFreeSize(ModelCard card) => card.Input is not { Width: null, Height: null };

    private static ProviderCandidate? First(ModelCard card, ModelFacts facts, ProviderMachine machine) =>
        machine.Providers.Count > 0 ? ProviderPlan.Candidates(card, facts, machine).Candidates.FirstOrDefault() : null;

    /// <summary>Makes sure that models can run as one.</summary>
    /// <returns>Bytes of their files.</returns>
    private long RequireMerged(ModelCard card)
    {
        var bytes = card.Merged.Sum(ModelFile.Require);
        var why = _engines is null ? "engines are switched off" : EngineSource.AgainstMerging(card.Merged);
        return why is null ? bytes : throw new ModelLoadException(card.Id, LoadFailure.Other, $"{string.Join(", ", card.Merged.Select(m => m.Id))} cannot run as one: {why}");
    }

    /// <summary>Null where this model's content cannot be read whole: then the load says so better, or goes without.</summary>
    private IEngineRecipe? RecipeOf(ModelCard card, ProviderCandidate candidate, ProviderMachine machine)
    {
        try
        {
            return Recipes(card).Of(card, candidate, machine);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            if (_unread.TryAdd(card.Path, true)) log?.Invoke($"engine warning: model '{card.Id}' ({card.Path}) is loaded without an engine: {e.Message}");
            return null;
        }
    }

    /// <summary>What there is; nothing but the processor where the library does not load, which the load will say better.</summary>
    private ProviderMachine Machine(ModelCard card)
    {
        try
        {
            return ProviderMachine.Of(Library(card));
        }
        catch (ModelLoadException)
        {
            return new ProviderMachine([], null, null);
        }
    }

    private void RequireNativeLibraries(ModelCard card)
    {
        Library(card);
        try
        {
            OpenCvRuntime.EnsureLoaded();
        }
        catch (OpenCvUnavailableException e)
        {
            throw new ModelLoadException(card.Id, LoadFailure.NativeLibrary, $"Model '{card.Id}' ({card.Path}) cannot resize pictures: {e.Message}", e);
        }
    }

    private IOnnxLibrary Library(ModelCard card) => OnnxLibraries.For(card, library, log);

    private EngineRecipes Recipes(ModelCard card) => LazyInitializer.EnsureInitialized(ref _recipes, () => new EngineRecipes(Library(card), arena, pool));

    private static ModelLoadException Cancelled(ModelCard card) =>
        new(card.Id, LoadFailure.Cancelled, $"Model '{card.Id}' ({card.Path}): its load was cancelled.");
}
