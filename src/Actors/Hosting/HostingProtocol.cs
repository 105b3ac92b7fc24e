namespace ActorPipeline.Hosting;

/// <summary>What is said to the root.</summary>
public static class HostingProtocol
{
    /// <summary>Stop capture, finish the frames in flight within the drain bound, unload the models. <see cref="RunEnded"/> is published at the end.</summary>
    /// <param name="Done">Completed at the end; for those who wait outside the actor system.</param>
    public sealed record ShutDown(TaskCompletionSource? Done = null);
}
