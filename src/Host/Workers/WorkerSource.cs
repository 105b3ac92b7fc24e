using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Workers;

/// <summary>Makes what runs a job in a process of its own; <see cref="WorkerProgram.Workers"/> but in a spec.</summary>
/// <param name="log">Gets what that process writes to standard error, line by line, from any thread.</param>
internal delegate Func<WorkerJob, CancellationToken, Task<WorkerAnswer>> WorkerSource(Action<string> log);
