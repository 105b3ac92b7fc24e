namespace ActorPipeline.Onnx.Native;

/// <summary>ONNX Runtime answered a call with an error. <see cref="OnnxFault"/> reads what it meant.</summary>
/// <param name="message">Its own words, begun by "[ErrorCode:X]".</param>
/// <param name="cause">The wrapper's exception, where there is one.</param>
internal sealed class OnnxCallException(string message, Exception? cause = null) : Exception(message, cause);
