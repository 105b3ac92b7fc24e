namespace ActorPipeline.Onnx;

/// <summary>ONNX Runtime's native library cannot be used. The message is a sentence that names what is missing and what to do.</summary>
public sealed class OnnxLibraryException(string message, Exception? cause = null) : Exception(message, cause);
