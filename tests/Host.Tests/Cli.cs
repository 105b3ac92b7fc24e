using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Commands;

namespace ActorPipeline.Hosting;

/// <summary>What a command said and how it ended.</summary>
internal sealed record CliResult(int Code, string Out, string Error)
{
    /// <summary>The last line of standard output, as JSON.</summary>
    public JsonObject Json => JsonNode.Parse(Out.TrimEnd().Split('\n')[^1])!.AsObject();

    public string[] Errors => [.. Error.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal))];
}

/// <summary>Runs commands in this process.</summary>
internal static class Cli
{
    public static async Task<CliResult> RunAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        var code = await Hosting.Commands.CommandLine.RunAsync(args, TextWriter.Synchronized(output), TextWriter.Synchronized(error));
        return new CliResult(code, output.ToString(), error.ToString());
    }
}
