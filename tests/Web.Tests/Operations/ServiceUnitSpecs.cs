using System.Diagnostics;
using ActorPipeline.Hosting;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Service;

namespace ActorPipeline.Operations;

/// <summary>The unit for systemd, as it is shipped.</summary>
public class ServiceUnitSpecs
{
    private const string Analyzer = "/usr/bin/systemd-analyze";

    private static readonly string Unit = File.ReadAllText(ShareFiles.PathOf("systemd/actor-pipeline.service"));

    [AnalyzerFact]
    public void Should_be_a_unit_that_systemd_finds_nothing_wrong_with()
    {
        using var folder = new TestFolder();
        // It looks for the program, too, which is not installed here.
        folder.Write("actor-pipeline.service", System.Text.Encoding.UTF8.GetBytes(Unit.Replace("/usr/bin/actorpipeline", "/bin/true", StringComparison.Ordinal)));
        using var process = Process.Start(new ProcessStartInfo(Analyzer, ["verify", folder.File("actor-pipeline.service")]) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Equal((0, ""), (process.ExitCode, string.Join('\n', said.Split('\n').Where(line => line.Contains("actor-pipeline", StringComparison.Ordinal)))));
    }

    [Fact]
    public void Should_limit_memory_to_what_the_standard_budget_takes_and_restart_for_what_a_restart_mends()
    {
        var limits = ServiceMemory.Of(new ActorPipelineSettings());

        Assert.Contains($"\nMemoryHigh={limits.High.Count >> 20}M\nMemoryMax={limits.Max.Count >> 20}M\n", Unit, StringComparison.Ordinal);
        Assert.Contains("\nType=notify\n", Unit, StringComparison.Ordinal);
        Assert.Contains("\nRestart=on-failure\n", Unit, StringComparison.Ordinal);
        Assert.Contains($"\nRestartPreventExitStatus={ExitCode.BadConfiguration}\n", Unit, StringComparison.Ordinal);
        Assert.Contains($"\nSuccessExitStatus={ExitCode.Interrupted}\n", Unit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("64 MiB", "", 384, 448)]
    [InlineData("64 MiB", "web.enabled = true", 416, 480)]
    [InlineData("4 GiB", "memory.headroom = 256 MiB", 4608, 5184)]
    public async Task Should_print_limits_that_fit_the_budget_of_a_configuration(string budget, string more, int high, int max)
    {
        using var folder = new TestFolder();
        File.WriteAllText(folder.File("box.conf"), $"actor-pipeline {{ memory.budget = {budget}, {more}\n models.d {{ path = d.onnx, kind = picodet }} }}");
        using StringWriter output = new(), error = new();

        Assert.Equal(ExitCode.Done, await CommandLine.RunAsync(["service", "--config", folder.File("box.conf")], output, error));

        Assert.Equal($"[Service]\nMemoryHigh={high}M\nMemoryMax={max}M\n", output.ToString());
    }

    /// <summary>Asks systemd's own checker.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class AnalyzerFactAttribute : FactAttribute
    {
        public AnalyzerFactAttribute() => Skip = File.Exists(Analyzer) ? null : $"{Analyzer} is not there: install Debian's systemd";
    }
}
