namespace ActorPipeline.Hosting.Pulling;

/// <summary>A model, or the index that has it, cannot be had; trying again changes nothing. The message is meant for people.</summary>
internal sealed class PullException(string message, Exception? cause = null) : Exception(message, cause);
