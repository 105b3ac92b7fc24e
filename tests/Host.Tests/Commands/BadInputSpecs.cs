using System.Net;
using System.Net.Sockets;

namespace ActorPipeline.Hosting.Commands;

/// <summary>What cannot be run is refused with 2 and a reason, before anything is loaded.</summary>
public sealed class BadInputSpecs : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Out => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("dance")]
    [InlineData("run")]
    [InlineData("run", "--config")]
    [InlineData("run", "--config", "x.conf", "--frames", "many")]
    [InlineData("run", "--config", "x.conf", "--frames", "0")]
    [InlineData("check", "--config", "x.conf", "--shout")]
    [InlineData("run", "--config", "x.conf", "--set", "no-equals-sign")]
    public async Task Bad_arguments(params string[] args)
    {
        var result = await Cli.RunAsync(args);
        Assert.Equal(2, result.Code);
        Assert.NotEmpty(result.Errors);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_configuration_that_is_not_there(string command)
    {
        var result = await Cli.RunAsync(command, "--config", _folder.File("nowhere.conf"));
        Assert.Equal(2, result.Code);
        Assert.Contains("nowhere.conf", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_bad_configuration_is_reported_whole_with_places(string command)
    {
        var file = _folder.WriteText("bad.conf", """
            actor-pipeline {
              memory { budget = plenty, hedroom = 1 MiB }
              models.detector { path = "d.onnx", kind = picodett }
            }
            """);
        var result = await Cli.RunAsync(command, "--config", file, "--out", Out);
        Assert.Equal(2, result.Code);
        Assert.Collection(result.Errors,
            e => Assert.StartsWith($"error: {file}:2:", e, StringComparison.Ordinal),
            e => Assert.StartsWith($"error: {file}:2:", e, StringComparison.Ordinal),
            e => Assert.StartsWith($"error: {file}:3:", e, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Out));
    }

    [DataTheory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_node_whose_certificates_are_not_there(string command)
    {
        var result = await RunNodeAsync(command, "tls.certificate=nowhere.p12", "tls.authority=nowhere.crt");
        Assert.Equal(2, result.Code);
        Assert.Contains("nowhere.crt", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [DataFact]
    public async Task A_node_whose_port_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var result = await RunNodeAsync("run", $"port={port}");
        Assert.Equal(2, result.Code);
        Assert.Contains($"cannot listen on 127.0.0.1:{port}", result.Errors[^1], StringComparison.Ordinal);
    }

    private Task<CliResult> RunNodeAsync(string command, params string[] sets) => Cli.RunAsync(
        [command, "--config", _folder.WriteStreet("256 MiB"), "--out", Out,
        .. sets.Prepend("enabled=true").Prepend("roles=[inference]").SelectMany(set => (string[])["--set", $"actor-pipeline.cluster.{set}"])]);

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_model_that_is_missing(string command)
    {
        var file = _folder.WriteTiny();
        File.Delete(_folder.File("detector.onnx"));
        await Refused(command, file, "detector.onnx");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_model_that_is_none(string command)
    {
        var file = _folder.WriteTiny();
        _folder.Write("detector.onnx", [1, 2, 3, 4, 5, 6, 7, 8]);
        await Refused(command, file, "detector.onnx");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_budget_that_can_never_fit_is_told_with_both_numbers(string command) => await Refused(
        command, _folder.WriteTiny("10 MiB", ", footprint { load = 40 MiB, resident = 20 MiB, run = 1 MiB }"), "40.0 MiB", "10.0 MiB");

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_source_that_is_missing(string command) => await Refused(command, _folder.WriteTiny(source: "gone.mp4"), "gone.mp4");

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    public async Task A_sink_that_cannot_be_written(string command)
    {
        Directory.CreateDirectory(Out);
        await File.WriteAllTextAsync(Path.Combine(Out, "file"), "");
        await Refused(command, _folder.WriteTiny(sink: "file/results.jsonl"), "file");
    }

    [Fact]
    public async Task An_output_folder_that_cannot_be_made()
    {
        await File.WriteAllTextAsync(Out, "");
        await Refused("run", _folder.WriteTiny(), "out");
    }

    private async Task Refused(string command, string file, params string[] parts)
    {
        var result = await Cli.RunAsync(command, "--config", file, "--out", Out);
        Assert.Equal(2, result.Code);
        Assert.Contains(result.Errors, error => parts.All(part => error.Contains(part, StringComparison.Ordinal)));
        // Nobody is told the same twice.
        Assert.Equal(result.Errors.Distinct(), result.Errors);
    }
}
