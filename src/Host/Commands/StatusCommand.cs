using System.CommandLine;
using ActorPipeline.Hosting.Web;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>status</c>: how a program that runs stands, from the interface of its page.</summary>
internal static class StatusCommand
{
    /// <summary>The environment variable of the token: a word in arguments is read by everybody on the machine.</summary>
    private const string TokenVariable = "ACTORPIPELINE_TOKEN";

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var url = new Option<string>("--url") { Description = "Where its page is.", DefaultValueFactory = _ => "http://127.0.0.1:8780" };
        url.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Page(token.Value) is null) result.AddError($"--url takes the address of a page, such as http://127.0.0.1:8780, and not '{token.Value}'.");
        });
        var json = SharedOptions.Json();
        var command = new Command("status", $"Says how a program stands that serves its page. A token is taken from {TokenVariable}. Ends with 0 where it is ready, 1 where it is not, 2 where nobody answers.") { url, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
            var (status, error) = await StatusClient.AskAsync(client, Page(parsed.GetValue(url)!)!, Environment.GetEnvironmentVariable(TokenVariable), cancellation);
            if (status is null)
            {
                await terminal.Error.WriteLineAsync($"error: {error}");
                return ExitCode.BadConfiguration;
            }
            if (parsed.GetValue(json)) await terminal.Out.WriteLineAsync(status.ToJsonString());
            else StatusTable.Write(status, terminal.Ansi());
            return (bool)status["ready"]! ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }

    private static Uri? Page(string text) => Uri.TryCreate(text, UriKind.Absolute, out var page) && (page.Scheme is "http" or "https") ? page : null;
}
