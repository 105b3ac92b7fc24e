using ActorPipeline.Catalog;
using ActorPipeline.Inference;
using Microsoft.ML.OnnxRuntime;

namespace ActorPipeline.Onnx;

/// <summary>The managed wrapper's one environment in this process, with its log led to whoever listens instead of standard error.</summary>
internal static class OnnxEnvironment
{
    private static readonly Lock Gate = new();

    // Kept in a field: native code calls it for as long as the process lives.
    private static readonly DOrtLoggingFunction Sink = Log;
    private static bool _made;

    /// <summary>Makes the environment at the first call.</summary>
    /// <exception cref="ModelLoadException">The native library is missing or too old.</exception>
    public static void Ensure(ModelCard card, Action<string>? listener)
    {
        try
        {
            Require(listener);
        }
        catch (OnnxLibraryException e)
        {
            throw MissingLibrary(card, e.InnerException ?? e);
        }
    }

    /// <summary>The same where no model is at hand.</summary>
    /// <exception cref="OnnxLibraryException">The native library is missing or too old.</exception>
    public static void Require(Action<string>? listener)
    {
        OnnxLog.Add(listener);
        lock (Gate)
        {
            if (_made) return;
            try
            {
                Make();
                _made = true;
            }
            catch (Exception e) when (e is DllNotFoundException or TypeInitializationException or EntryPointNotFoundException or BadImageFormatException)
            {
                throw new OnnxLibraryException(Missing(e), e);
            }
        }
    }

    /// <summary>Says which package brings the native library.</summary>
    public static ModelLoadException MissingLibrary(ModelCard card, Exception cause) =>
        new(card.Id, LoadFailure.NativeLibrary, $"Model '{card.Id}' ({card.Path}): {Missing(cause)}", cause);

    private static string Missing(Exception cause) =>
        "ONNX Runtime's native library does not load. The NuGet package Microsoft.ML.OnnxRuntime brings it for the processor, " +
        "Microsoft.ML.OnnxRuntime.Gpu for CUDA and TensorRT; or name the machine's own libonnxruntime with actor-pipeline.onnxruntime.library. " +
        $"The loader said: {FirstLine(cause.GetBaseException().Message)}";

    // The loader goes on with every place it looked in.
    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd();

    private static void Make()
    {
        if (OrtEnv.IsCreated) return;
        var options = new EnvironmentCreationOptions
        {
            logId = "actorpipeline",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
            loggingFunction = Sink,
        };
        try
        {
            OrtEnv.CreateInstanceWithOptions(ref options);
        }
        catch (OnnxRuntimeException) when (OrtEnv.IsCreated)
        {
            // Somebody else in the process was first: their environment serves as well, with their log.
        }
    }

    private static void Log(IntPtr param, OrtLoggingLevel severity, string category, string logId, string codeLocation, string message) =>
        OnnxLog.Say((int)severity, message, codeLocation);
}
