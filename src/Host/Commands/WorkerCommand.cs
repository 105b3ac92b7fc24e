using System.CommandLine;
using ActorPipeline.Device;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Commands;

/// <summary>
/// <c>worker</c>, which people do not call: reads a job from standard input, does it, and writes the answer as the last line of standard
/// output, and how far it is in lines before. It ends at once when its standard input does, because then nobody waits for it any more.
/// </summary>
internal static class WorkerCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command(WorkerProgram.Command, "Does one job for another process of this program.") { Hidden = true };
        command.SetAction((_, cancellation) => Task.FromResult(Work(terminal, Console.In, cancellation)));
        return command;
    }

    private static int Work(Terminal terminal, TextReader input, CancellationToken cancellation)
    {
        KilledFirst.Ask();
        var line = input.ReadLine() ?? "";
        new Thread(() => LeaveWithParent(input)) { IsBackground = true, Name = "parent-watch" }.Start();
        using var gauge = new LinuxMemoryGauge();
        try
        {
            var desk = new WorkerDesk(job => ActorPipelineParts.ProductRuntime(terminal.Error.WriteLine, job.Engines, job.Library), gauge)
            {
                Progress = progress => terminal.Out.WriteLine(WorkerJson.Line(progress)),
                Warn = terminal.Error.WriteLine,
            };
            var answer = desk.Do(line, cancellation);
            terminal.Out.WriteLine(WorkerJson.Line(answer));
            return answer is WorkerAnswer.Failed ? ExitCode.Failed : ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static void LeaveWithParent(TextReader input)
    {
        while (input.Read() >= 0)
        {
            // Nothing more is said; only the end counts.
        }
        ProcessExit.Immediately(ExitCode.Interrupted);
    }
}
