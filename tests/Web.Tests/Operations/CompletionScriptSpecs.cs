using System.Diagnostics;
using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Commands;

namespace ActorPipeline.Operations;

/// <summary>What the shells make of the scripts; bash is asked itself.</summary>
public class CompletionScriptSpecs
{
    [Theory]
    [InlineData("st", "status")]
    [InlineData("run --fr", "--frames")]
    [InlineData("completions z", "zsh")]
    [InlineData("models pu", "pull")]
    [InlineData("models index --ind", "--index")]
    [InlineData("run --frames 5 --js", "--json")]
    [InlineData("run --config /etc/hostn", "/etc/hostname")]
    public async Task Should_complete_commands_options_and_files_when_bash_asks(string typed, string completed)
    {
        var words = $"actorpipeline {typed}".Split(' ');
        var ask = $"{await ScriptAsync("bash")}\nCOMP_WORDS=({string.Join(' ', words)})\nCOMP_CWORD={words.Length - 1}\n_actorpipeline\necho \"${{COMPREPLY[@]}}\"\n";
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", ask]) { RedirectStandardOutput = true })!;

        Assert.Equal(completed, (await bash.StandardOutput.ReadToEndAsync()).Trim());
    }

    [Theory]
    [InlineData("zsh", "bashcompinit")]
    [InlineData("fish", "complete -c actorpipeline -n '__fish_use_subcommand' -a run -d 'Runs the pipelines of a configuration")]
    [InlineData("fish", "complete -c actorpipeline -n '__fish_seen_subcommand_from run' -l config -r -F ")]
    public async Task Should_say_the_same_to_other_shells(string shell, string part) => Assert.Contains(part, await ScriptAsync(shell), StringComparison.Ordinal);

    [Fact]
    public async Task Should_refuse_a_shell_that_it_does_not_know()
    {
        using StringWriter output = new(), error = new();

        Assert.Equal(ExitCode.BadConfiguration, await CommandLine.RunAsync(["completions", "cmd"], output, error));
        Assert.Contains("'cmd'", error.ToString(), StringComparison.Ordinal);
    }

    private static async Task<string> ScriptAsync(string shell)
    {
        using StringWriter output = new(), error = new();
        Assert.Equal(ExitCode.Done, await CommandLine.RunAsync(["completions", shell], output, error));
        return output.ToString();
    }
}
