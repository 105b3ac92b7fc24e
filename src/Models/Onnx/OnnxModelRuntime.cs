using System.Diagnostics;
using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Managed;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Vision;

namespace ActorPipeline.Onnx;

/// <summary>Loads models into ONNX Runtime, on TensorRT, CUDA or the processor, as the card prefers and the machine allows.</summary>
/// <param name="log">Gets ONNX Runtime's own log lines, from any thread; null drops them.</param>
/// <param name="arena">
/// Whether sessions on the processor keep their activations in an arena of ONNX Runtime's. Without one they go back to the C
/// library's heap after each run, and several lanes' runs fragment that; with one a session's memory stays at its peak.
/// </param>
/// <param name="cacheFolder">
/// Where models are kept as prepared for this processor, in "prepared": a model's first load writes it, and each later load takes its
/// weights from there as pages of a file. Null never prepares. What cannot be prepared is loaded as it is, and <paramref name="log"/> told.
/// </param>
public sealed class OnnxModelRuntime(Action<string>? log = null, bool arena = false, string? cacheFolder = null) : IModelRuntime
{
    private readonly PreparedModels? _prepared = cacheFolder is null ? null : new PreparedModels(Path.Combine(cacheFolder, "prepared"), log);

    /// <inheritdoc/>
    public ILoadedModel Load(ModelCard card, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        ModelFile.Require(card);
        var labels = ModelFile.ReadLabels(card);
        RequireNativeLibraries(card);
        if (cancellation.IsCancellationRequested) throw Cancelled(card);
        var prepares = Prepares(card);
        var opened = ProviderPlan.Choose(card, provider => Open(card, provider, cancellation));
        try
        {
            var contract = OnnxContract.Read(card, opened.Session, labels.Count);
            if (labels.Count != 0 && labels.Count != contract.Classes)
            {
                throw new ModelLoadException(card.Id, LoadFailure.WrongLabels,
                    $"Model '{card.Id}' ({card.Path}) knows {contract.Classes} classes, but its label list {card.LabelsPath} has {labels.Count} lines; expected one line for each class.");
            }
            if (cancellation.IsCancellationRequested) throw Cancelled(card);
            var session = new OnnxSession(opened.Session, native => new OnnxLane(native, contract, card.Input,
                card.IsDetector ? BoxDecoder.For(card, contract.InputWidth, contract.InputHeight, contract.Classes, contract.Bins) : null));
            var report = new LoadReport(opened.Provider, opened.Reason, ModelFile.Precision(card), contract.InputWidth, contract.InputHeight,
                contract.Classes, labels, clock.Elapsed) {
                Engine = _prepared is null || opened.Provider != ExecutionProvider.Cpu ? EngineUse.None : prepares ? EngineUse.Built : EngineUse.Hit,
                Heads = OnnxHeads.Read(card, contract),
            };
            return card.IsDetector ? new OnnxDetector(card, report, session) : new OnnxClassifier(card, report, session);
        }
        catch
        {
            opened.Session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public EngineReport Build(ModelCard card, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        using var model = Load(card, cancellation);
        return new EngineReport(model.Report.Provider, model.Report.Engine, clock.Elapsed, Bytes.Zero) { Why = model.Report.ProviderReason };
    }

    /// <inheritdoc/>
    public ModelInspection Inspect(ModelCard card)
    {
        if (card.Merged.Count > 0) throw new ModelLoadException(card.Id, LoadFailure.Other, $"Models {card.Id} cannot be merged: no engine is built of several models yet.");
        var bytes = ModelFile.Require(card);
        var (width, height) = OnnxFileInput.Read(card);
        return new ModelInspection(width, height, new Bytes(bytes), card.Footprint ?? FootprintEstimate.Of(card, bytes, arena))
        {
            ContentHash = ModelFile.Fingerprint(card), Precision = ModelFile.Precision(card),
            Build = Prepares(card) ? FootprintEstimate.Build(card, bytes) : Bytes.Zero,
        };
    }

    private INativeSession Open(ModelCard card, ExecutionProvider provider, CancellationToken cancellation)
    {
        return provider == ExecutionProvider.Cpu && _prepared is not null ? _prepared.Open(card, Session) : Session(card.Path, plan => plan);

        INativeSession Session(string path, Func<SessionPlan, SessionPlan> adjust) =>
            ManagedLibrary.Instance.Open(path, adjust(ProviderPlan.For(card, provider, arena)), cancellation);
    }

    private bool Prepares(ModelCard card) => _prepared is not null && card.Providers.Contains(ExecutionProvider.Cpu) && !_prepared.IsDone(card);

    private void RequireNativeLibraries(ModelCard card)
    {
        OnnxEnvironment.Ensure(card, log);
        try
        {
            OpenCvRuntime.EnsureLoaded();
        }
        catch (OpenCvUnavailableException e)
        {
            throw new ModelLoadException(card.Id, LoadFailure.NativeLibrary, $"Model '{card.Id}' ({card.Path}) cannot resize pictures: {e.Message}", e);
        }
    }

    private static ModelLoadException Cancelled(ModelCard card) =>
        new(card.Id, LoadFailure.Cancelled, $"Model '{card.Id}' ({card.Path}): its load was cancelled.");
}
