using System.CommandLine;

namespace ActorPipeline.Hosting.Commands;

/// <summary>The whole program: arguments in, exit code out. A test runs it with writers of its own.</summary>
internal static class CommandLine
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var terminal = new Terminal(output, error, ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected);
        var parsed = Root(terminal).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var fault in parsed.Errors) await error.WriteLineAsync($"error: {fault.Message}");
            return ExitCode.BadConfiguration;
        }
        // No bound on the end: System.CommandLine would cut a drain off after two seconds. Drains have bounds of their own.
        var invocation = new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        try
        {
            return await parsed.InvokeAsync(invocation);
        }
        catch (Exception fault)
        {
            // What is foreseen is said where it happens; this is a fault of the program itself, so its place matters.
            await error.WriteLineAsync($"error: unexpected {fault}");
            return ExitCode.Failed;
        }
    }

    private static RootCommand Root(Terminal terminal) => new("Detector and classifiers on camera frames, inside a fixed memory budget.")
    {
        DemoCommand.Create(terminal),
        RunCommand.Create(terminal),
        StatusCommand.Create(terminal),
        CheckCommand.Create(terminal),
        MeasureCommand.Create(terminal),
        PrepareCommand.Create(terminal),
        QuantizeCommand.Create(terminal),
        ModelsCommand.Create(terminal),
        ExplainCommand.Create(terminal),
        ServiceCommand.Create(terminal),
        CompletionsCommand.Create(terminal, () => Root(terminal)),
        WorkerCommand.Create(terminal),
        SimulateCommand.Create(terminal),
    };
}
