namespace ActorPipeline.Network;

/// <summary>A node cannot prove who it is, or would not know whom to believe; the message is for people and names the file.</summary>
public sealed class NodeIdentityException(string message, Exception? cause = null) : Exception(message, cause);
