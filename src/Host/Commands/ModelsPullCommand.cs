using System.CommandLine;
using ActorPipeline.Hosting.Pulling;
using Spectre.Console;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>models pull</c> and <c>models index</c>: models of a signed index.</summary>
internal static class ModelsPullCommand
{
    /// <summary><c>models pull</c>.</summary>
    public static Command Pull(Terminal terminal)
    {
        var name = new Argument<string>("name") { Description = "The model, as the index calls it." };
        var index = new IndexOptions();
        var folder = new Option<string?>("--folder") { Description = "What gets a folder with the model. Default: pull.folder of the configuration." };
        var yes = new Option<bool>("--yes") { Description = "Agrees to the model's licence without being asked." };
        var output = new Option<string?>("--out") { Description = "A new file that the card is written to." };
        var unmeasured = new Option<bool>("--no-measure") { Description = "Proposes the card alone." };
        var command = new Command("pull", "Downloads a model of a signed index, proposes its card for a configuration, and measures what it needs. One that was cut off goes on where it was.")
        {
            name, index.Index, index.Key, folder, yes, output, index.Config, unmeasured, index.Insecure, index.Json,
        };
        command.SetAction(async (parsed, cancellation) => index.Session(parsed, terminal) is not { } session ? ExitCode.BadConfiguration
            : await session.PullAsync(
                new PullRequest(parsed.GetValue(name)!, parsed.GetValue(folder), parsed.GetValue(yes), parsed.GetValue(output), !parsed.GetValue(unmeasured)), cancellation));
        return command;
    }

    /// <summary><c>models index</c>.</summary>
    public static Command Index(Terminal terminal)
    {
        var index = new IndexOptions();
        var command = new Command("index", "Lists the models of a signed index.") { index.Index, index.Key, index.Config, index.Insecure, index.Json };
        command.SetAction(async (parsed, cancellation) => index.Session(parsed, terminal) is not { } session ? ExitCode.BadConfiguration : await session.ListAsync(cancellation));
        return command;
    }

    /// <summary>What both take.</summary>
    private sealed class IndexOptions
    {
        public Option<string?> Index { get; } = new("--index") { Description = "The address of the index. Default: pull.index of the configuration." };

        public Option<string?> Key { get; } = new("--key") { Description = "The PEM file of the public key that it is signed with. Default: pull.key of the configuration." };

        public Option<string?> Config { get; } = new("--config") { Description = "A configuration: its pull { }, and for measuring its budget and store of footprints." };

        public Option<bool> Insecure { get; } = new("--insecure") { Description = "Allows http beyond this machine: what comes is checked all the same, but others see what it is." };

        public Option<bool> Json { get; } = SharedOptions.Json();

        /// <summary>Null after every fault of the configuration was written.</summary>
        public PullSession? Session(ParseResult parsed, Terminal terminal) => ConfigurationFile.ReadOptional(parsed.GetValue(Config), terminal.Error) is not { } settings ? null
            : new PullSession(new IndexRequest(parsed.GetValue(Index), parsed.GetValue(Key), parsed.GetValue(Insecure), parsed.GetValue(Json)), settings, terminal, TimeProvider.System)
            {
                Ask = terminal.Interactive && !Console.IsInputRedirected ? (question, stop) => terminal.Ansi().ConfirmAsync(question, defaultValue: false, cancellationToken: stop) : null,
            };
    }
}
