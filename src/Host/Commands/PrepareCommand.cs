using System.CommandLine;
using ActorPipeline.Hosting.Preparing;
using ActorPipeline.Hosting.Workers;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>prepare</c>: builds each model's engine ahead of time, in a worker process, so that a run only loads.</summary>
internal static class PrepareCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal) => SharedOptions.ForModels(
        "prepare", "Builds each model's engine ahead of time, in a worker process, so that a run only loads.",
        (request, cancellation) => new PrepareSession(request, terminal, WorkerProgram.Workers).RunAsync(cancellation));
}
