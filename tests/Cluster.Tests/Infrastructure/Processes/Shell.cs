using System.Diagnostics;

namespace ActorPipeline.ClusterTests;

/// <summary>Small commands of the machine that are over at once.</summary>
internal static class Shell
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    /// <summary>Runs a script of <c>sh</c>, which ends at its first command that fails.</summary>
    /// <returns>Its standard output.</returns>
    /// <exception cref="InvalidOperationException">It failed: with what it said.</exception>
    public static string Script(params IEnumerable<string> lines)
    {
        var script = string.Join('\n', lines);
        var (code, output, error) = Run("sh", ["-e", "-c", script]);
        return code == 0 ? output : throw new InvalidOperationException($"{error.Trim()} ({code}) from:\n{script}");
    }

    /// <summary>Runs a program and says how it ended.</summary>
    public static (int Code, string Out, string Error) Run(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Bound))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} takes longer than {Bound}.");
        }
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    /// <summary>Runs a program; one that is missing or fails has failed.</summary>
    public static bool TryRun(string program, IEnumerable<string> arguments) => Complaint(program, arguments) is null;

    /// <summary>Runs a program and says why it did not work; null where it did.</summary>
    public static string? Complaint(string program, IEnumerable<string> arguments)
    {
        try
        {
            var (code, _, error) = Run(program, arguments);
            return code == 0 ? null : $"'{program} {string.Join(' ', arguments)}' fails: {error.Trim()}";
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or TimeoutException)
        {
            return $"'{program}' does not run here: {e.Message}";
        }
    }
}
