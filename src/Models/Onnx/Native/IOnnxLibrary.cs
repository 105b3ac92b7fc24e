namespace ActorPipeline.Onnx.Native;

/// <summary>The one door to ONNX Runtime, whichever way its library is called: by the managed wrapper, or by its C interface.</summary>
internal interface IOnnxLibrary
{
    /// <summary>The native library's version, such as "1.31.1".</summary>
    string Version { get; }

    /// <summary>The execution providers it was built with, by ONNX Runtime's own names, such as "CPUExecutionProvider".</summary>
    IReadOnlyList<string> Providers { get; }

    /// <summary>Opens a session on an ONNX file; blocks.</summary>
    /// <param name="path">The file.</param>
    /// <param name="plan">How.</param>
    /// <param name="cancellation">Asks the load to stop; noticed between its phases, where the library can.</param>
    /// <exception cref="OnnxCallException">ONNX Runtime refused it.</exception>
    /// <exception cref="EntryPointNotFoundException">The library was built without the plan's provider; like the three after it.</exception>
    /// <exception cref="DllNotFoundException">A library of the provider's is missing.</exception>
    /// <exception cref="TypeInitializationException">The native library does not load at all.</exception>
    /// <exception cref="NotSupportedException">Not on this platform.</exception>
    INativeSession Open(string path, SessionPlan plan, CancellationToken cancellation);
}
