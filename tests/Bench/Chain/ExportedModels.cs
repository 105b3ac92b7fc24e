using ActorPipeline.Catalog;
using ActorPipeline.Decoding;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Managed;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Vision;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Bench.Chain;

/// <summary>A model as exported, in ONNX Runtime, with tensors bound once.</summary>
internal abstract class ExportedModel : IDisposable
{
    private readonly INativeSession _session;

    /// <param name="card">The model.</param>
    /// <param name="defaults">Whether in a session as ONNX Runtime makes it by itself, with a thread for each core that spins; else on the calling thread alone.</param>
    protected ExportedModel(ModelCard card, bool defaults)
    {
        OnnxEnvironment.Ensure(card, null);
        _session = defaults ? Defaults(card) : ManagedLibrary.Instance.Open(card.Path, OneThread, default);
        Contract = OnnxContract.Read(card, _session, 0);
        Lane = new OnnxLane(_session, Contract, card.Input, card.IsDetector ? BoxDecoder.For(card, Contract.InputWidth, Contract.InputHeight, Contract.Classes, Contract.Bins) : null);
    }

    /// <summary>Its tensors as its kind has them.</summary>
    public OnnxContract Contract { get; }

    /// <summary>Its bound tensors.</summary>
    protected OnnxLane Lane { get; }

    private static SessionPlan OneThread => new() { Provider = ExecutionProvider.Cpu, Arena = true };

    /// <summary>What the tensors of a model are; opens it for that and closes it again.</summary>
    public static OnnxContract ContractOf(ModelCard card)
    {
        OnnxEnvironment.Ensure(card, null);
        using var session = ManagedLibrary.Instance.Open(card.Path, OneThread, default);
        return OnnxContract.Read(card, session, 0);
    }

    public void Dispose()
    {
        Lane.Dispose();
        _session.Dispose();
    }

    private static ManagedSession Defaults(ModelCard card)
    {
        // An export that lists its weights as inputs warns once for each.
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        return new ManagedSession(new InferenceSession(card.Path, options), OneThread, []);
    }
}

/// <summary>PicoDet as exported.</summary>
internal sealed class ExportedDetector(ModelCard card, bool defaults = false) : ExportedModel(card, defaults), IFrameDetector
{
    public int Detect(in ImageView frame, Span<Detection> into)
    {
        var decoder = (PicoDetDecoder)Lane.Decoder!;
        decoder.Begin(Lane.Picture.Fill(frame));
        Lane.Run();
        for (var level = 0; level < decoder.Levels; level++) decoder.Read(level, Lane.Output(level), Lane.Output(decoder.Levels + level));
        return decoder.Finish(into);
    }
}

/// <summary>A classifier as exported.</summary>
internal sealed class ExportedClassifier(ModelCard card, bool defaults = false) : ExportedModel(card, defaults), ICropClassifier
{
    public int Width => Contract.InputWidth;

    public int Height => Contract.InputHeight;

    public Classification Classify(in ImageView crop)
    {
        Lane.Picture.Fill(crop);
        Lane.Run();
        Classification top = default;
        TopLabels.Select(Lane.Output(0), new Span<Classification>(ref top));
        return top;
    }
}
