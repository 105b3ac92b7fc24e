namespace ActorPipeline.Evaluation;

/// <summary>Pictures, or what is said to be on them, do not do for an evaluation. The message names what and why, for people.</summary>
internal sealed class EvaluationException(string message, Exception? cause = null) : Exception(message, cause);
