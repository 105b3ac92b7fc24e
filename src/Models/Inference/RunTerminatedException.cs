namespace ActorPipeline.Inference;

/// <summary>A run was ended by <see cref="ILoadedModel.Terminate"/>.</summary>
public sealed class RunTerminatedException(Exception? cause = null) : Exception("The run was terminated.", cause);

/// <summary>A run was asked of a model that is disposed or being disposed.</summary>
public sealed class SessionClosedException() : InvalidOperationException("The model's session is closed; no run can start on it.");
