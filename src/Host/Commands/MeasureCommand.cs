using System.CommandLine;
using ActorPipeline.Hosting.Measuring;
using ActorPipeline.Hosting.Workers;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>measure</c>: what does each model of a configuration need? Measured in a worker process, and kept for later runs.</summary>
internal static class MeasureCommand
{
    // Three loads and some dozens of runs; building a TensorRT engine at load takes minutes.
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(30);

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var config = SharedOptions.Config();
        var sets = SharedOptions.Sets();
        var json = SharedOptions.Json();
        var command = new Command("measure", "Measures what each model needs, in a worker process, and keeps it for later runs.") { config, sets, json };
        command.SetAction((parsed, cancellation) =>
        {
            var request = new MeasureRequest(parsed.GetValue(config)!, parsed.GetValue(sets) ?? [], parsed.GetValue(json));
            return new MeasureSession(request, terminal, (log, library) => new WorkerProcess(() => WorkerProgram.Start(library), Within, log).RunAsync).RunAsync(cancellation);
        });
        return command;
    }
}
