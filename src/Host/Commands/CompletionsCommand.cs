using System.CommandLine;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>completions</c>: what a shell has to know to complete commands and options.</summary>
internal static class CompletionsCommand
{
    /// <summary>The command.</summary>
    /// <param name="terminal">Where it is printed.</param>
    /// <param name="root">All commands there are, once it is run.</param>
    public static Command Create(Terminal terminal, Func<Command> root)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completions", "Prints a script that has a shell complete commands and options: source <(actorpipeline completions bash)") { shell };
        command.SetAction(parsed =>
        {
            terminal.Out.Write(CompletionScript.For(parsed.GetValue(shell)!, root()));
            return ExitCode.Done;
        });
        return command;
    }
}
