using ActorPipeline.Catalog;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Onnx;

/// <summary>Turns what ONNX Runtime and the loader say where a provider is not to be had into a sentence: who, what is missing, what to do.</summary>
internal static class MissingProvider
{
    private const string OtherLibrary = "set actor-pipeline.onnxruntime.library to one that has it";

    /// <summary>The sentence, without its full stop. It begins with the provider's name in the configuration.</summary>
    /// <param name="provider">The provider that was asked for.</param>
    /// <param name="e">What came of that.</param>
    public static string Why(ExecutionProvider provider, Exception e)
    {
        var name = ProviderPlan.Name(provider);
        var text = e.GetBaseException() is var cause && e is TypeInitializationException ? cause.Message : e.Message;
        if (e is NotSupportedException) return $"{name} does not exist on this platform: leave it out of the model's providers";
        if (NotBuilt(e, text)) return $"{name} is not in this build of ONNX Runtime: {OtherLibrary}";
        if (text.Contains("CreateEpFactories", StringComparison.Ordinal)) return $"{name} was to come from a library that is no execution provider: {OtherLibrary}";
        if (LoaderText.Missing(text) is { } library && !IsRuntime(library)) return $"{name} needs {library}, which is not on this machine or not on its library path: {WhereFrom(library)}";
        if (e is DllNotFoundException or TypeInitializationException or BadImageFormatException)
            return $"{name} has no ONNX Runtime that loads ({FirstLine(text)}): set actor-pipeline.onnxruntime.library to one that does, or to auto for the packaged one";
        if (NoDevice(text)) return $"{name} finds no NVIDIA GPU that its driver can use: connect one and install its driver, or leave {name} out of the model's providers";
        return $"{name} did not start ({FirstLine(text)}): leave it out of the model's providers, or look into what it says";
    }

    private static bool NotBuilt(Exception e, string text) =>
        e is EntryPointNotFoundException
        || text.Contains("not enabled in this build", StringComparison.Ordinal)
        || text.Contains("not supported in this build", StringComparison.Ordinal)
        || text.Contains("Unknown provider name", StringComparison.Ordinal);

    private static bool NoDevice(string text) =>
        text.Contains("no CUDA-capable device", StringComparison.Ordinal) || text.Contains("CUDA driver version is insufficient", StringComparison.Ordinal);

    private static bool IsRuntime(string library) => library.StartsWith("libonnxruntime.so", StringComparison.Ordinal) || library == "onnxruntime.so";

    private static string WhereFrom(string library) =>
        library.StartsWith("libonnxruntime_providers", StringComparison.Ordinal) ? "put it beside libonnxruntime.so, of the same build"
        : library.StartsWith("libcuda.so", StringComparison.Ordinal) ? "install the driver of the NVIDIA GPU"
        : library.StartsWith("libcudnn", StringComparison.Ordinal) ? "install cuDNN of that version"
        : library.StartsWith("libnv", StringComparison.Ordinal) ? "install TensorRT of that version"
        : library.StartsWith("libcu", StringComparison.Ordinal) ? "install the CUDA libraries of that version"
        : "install what brings it";

    // Without the place in ONNX Runtime's code, and without the places where the loader looked.
    private static string FirstLine(string text)
    {
        var line = text.Split('\n')[0].TrimEnd(' ', '.', '\r');
        var said = line.LastIndexOf(" : FAIL : ", StringComparison.Ordinal);
        return said < 0 ? line : line[(said + " : FAIL : ".Length)..];
    }
}
