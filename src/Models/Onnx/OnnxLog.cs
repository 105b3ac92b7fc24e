namespace ActorPipeline.Onnx;

/// <summary>Leads ONNX Runtime's own log lines to whoever listens, whichever way its library is called.</summary>
internal static class OnnxLog
{
    private static readonly Lock Gate = new();
    private static Action<string>? _listeners;

    /// <summary>Adds a listener; the same one only once. Null adds nobody.</summary>
    public static void Add(Action<string>? listener)
    {
        lock (Gate)
        {
            if (listener is not null && (_listeners is null || !_listeners.GetInvocationList().Contains(listener))) _listeners += listener;
        }
    }

    /// <summary>Tells all. Called from native code, so that nothing may be thrown.</summary>
    /// <param name="severity">ONNX Runtime's own number: 0 verbose, 1 info, 2 warning, 3 error, 4 fatal.</param>
    /// <param name="message">What happened.</param>
    /// <param name="location">Where in its code.</param>
    public static void Say(int severity, string? message, string? location)
    {
        try
        {
            _listeners?.Invoke($"onnxruntime {severity switch { 4 => "fatal", 3 => "error", 2 => "warning", _ => "info" }}: {message} ({location})");
        }
        catch
        {
            // An exception that leaves here would unwind through native frames and end the process.
        }
    }
}
