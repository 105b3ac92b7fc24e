using Spectre.Console;

namespace ActorPipeline.Hosting.Commands;

/// <summary>Where a command writes.</summary>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">Warnings and errors.</param>
/// <param name="Interactive">Whether a person looks at <paramref name="Out"/>, so that a display may redraw itself.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool Interactive)
{
    private const int PipeWidth = 160;

    /// <summary><see cref="Out"/> for tables and colours; plain where nobody looks.</summary>
    public IAnsiConsole Ansi()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Out),
            Ansi = Interactive ? AnsiSupport.Detect : AnsiSupport.No,
            Interactive = Interactive ? InteractionSupport.Yes : InteractionSupport.No,
        });
        if (!Interactive) console.Profile.Width = PipeWidth;
        return console;
    }
}
