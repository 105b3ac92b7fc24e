namespace ActorPipeline.Hosting;

/// <summary>What the process says at its end.</summary>
internal static class ExitCode
{
    /// <summary>All is done; frames that failed singly are in the summary.</summary>
    public const int Done = 0;

    /// <summary>Failed while running: every frame failed, a source broke off, a sink could not be kept, the process had to be recycled.</summary>
    public const int Failed = 1;

    /// <summary>Bad configuration or arguments; also a model or source that cannot be opened, and a budget a model can never fit.</summary>
    public const int BadConfiguration = 2;

    /// <summary>Interrupted, after an orderly drain.</summary>
    public const int Interrupted = 130;
}
