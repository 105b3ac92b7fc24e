using System.CommandLine;
using ActorPipeline.Hosting.Measuring;
using ActorPipeline.Hosting.Workers;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>measure</c>: what does each model of a configuration need? Measured in a worker process, and kept for later runs.</summary>
internal static class MeasureCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal) => SharedOptions.ForModels(
        "measure", "Measures what each model needs, in a worker process, and keeps it for later runs.",
        (request, cancellation) => new MeasureSession(request, terminal, WorkerProgram.Workers).RunAsync(cancellation));
}
