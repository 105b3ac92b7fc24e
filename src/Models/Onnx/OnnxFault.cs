using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>Reads what ONNX Runtime meant: its exceptions carry their code only in the text, as "[ErrorCode:X]".</summary>
internal static class OnnxFault
{
    /// <summary>The failure that a load's exception stands for.</summary>
    public static LoadFailure Classify(Exception e) => e switch
    {
        OutOfMemoryException => LoadFailure.OutOfMemory,
        DllNotFoundException or TypeInitializationException or BadImageFormatException => LoadFailure.NativeLibrary,
        OnnxCallException ort => ClassifyText(ort.Message),
        _ => LoadFailure.Other,
    };

    /// <summary>Whether a failure lies in the model or the machine, so that no other provider would do better.</summary>
    public static bool EndsTheSearch(LoadFailure failure) =>
        failure is LoadFailure.FileMissing or LoadFailure.NotAModel or LoadFailure.Cancelled;

    /// <summary>Whether a run ended because it was asked to.</summary>
    public static bool WasTerminated(OnnxCallException e) => e.Message.Contains("terminate flag", StringComparison.Ordinal);

    /// <summary>The exception for people: model, path, what went wrong.</summary>
    public static ModelLoadException ToLoadException(ModelCard card, Exception e)
    {
        var failure = Classify(e);
        if (failure == LoadFailure.NativeLibrary) return OnnxEnvironment.MissingLibrary(card, e);
        var what = failure switch
        {
            LoadFailure.FileMissing => "the file cannot be read",
            LoadFailure.NotAModel => "the file is damaged, cut off, or no ONNX model",
            LoadFailure.OutOfMemory => "there was not enough memory to load it",
            LoadFailure.Cancelled => "its load was cancelled",
            _ => "ONNX Runtime refused it",
        };
        return new ModelLoadException(card.Id, failure, $"Model '{card.Id}' ({card.Path}): {what}. ONNX Runtime said: {e.Message}", e);
    }

    private static LoadFailure ClassifyText(string text)
    {
        if (text.Contains("canceled due to user request", StringComparison.Ordinal)) return LoadFailure.Cancelled;
        if (Has("bad_alloc") || Has("bad allocation") || Has("Failed to allocate memory") || Has("Memory allocation failed") || Has("out of memory")) return LoadFailure.OutOfMemory;
        if (Has("[ErrorCode:NoSuchFile]")) return LoadFailure.FileMissing;
        if (Has("[ErrorCode:InvalidProtobuf]") || Has("[ErrorCode:InvalidGraph]") || Has("[ErrorCode:NoModel]")) return LoadFailure.NotAModel;
        // A file cut off between two fields parses, and fails only when the graph is put together.
        if (Has("[ErrorCode:Fail]") && (Has("ModelProto does not have a graph") || Has("Load model from"))) return LoadFailure.NotAModel;
        return LoadFailure.Other;

        bool Has(string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);
    }
}
