using Akka.Actor;

namespace ActorPipeline.Cluster.Network;

/// <summary>
/// Akka ends the whole actor system where a node that it connected to cannot prove who it is. One box whose certificate has run out would so end all
/// that ask it, and a node is useful alone: that shutdown is held up in its first phase until somebody really wants an end. The connection is refused all the same.
/// </summary>
internal static class StrangeCertificate
{
    // It is internal to Akka.Remote.
    private const string Reason = "TlsHandshakeFailureReason";

    /// <summary>The phase may not time out while a node lives.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Waits for that where the shutdown that goes on is for no other reason.</summary>
    /// <param name="shutdown">It.</param>
    /// <param name="stopping">The host's end; one that never comes cannot be waited for.</param>
    public static async Task HoldUpAsync(CoordinatedShutdown shutdown, CancellationToken stopping)
    {
        if (!stopping.CanBeCanceled || shutdown.ShutdownReason?.GetType().Name != Reason) return;
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stopping.Register(end.SetResult)) await end.Task;
    }
}
