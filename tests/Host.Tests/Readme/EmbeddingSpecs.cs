using ActorPipeline.Hosting.Configuration;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorPipeline.Hosting.Readme;

/// <summary>The README's embedding block, compiled and run.</summary>
public sealed class EmbeddingSpecs
{
    [Fact]
    public async Task Should_run_to_its_end_when_embedded_as_the_readme_shows()
    {
        var output = Directory.CreateTempSubdirectory("actorpipeline-").FullName;
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        Embed(builder, Path.Combine(ReadmeText.Root, "hocon", "demo.conf"), output);
        using var host = builder.Build();
        await host.StartAsync();
        var inbox = Inbox.Create(host.Services.GetRequiredService<ActorSystem>());
        host.Services.GetRequiredService<ActorSystem>().EventStream.Subscribe(inbox.Receiver, typeof(RunEnded));
        var ended = (RunEnded)await inbox.ReceiveAsync(TimeSpan.FromMinutes(3));
        await host.StopAsync();

        Assert.Empty(ended.Failures);
        var totals = Assert.Single(ended.Pipelines).Totals;
        Assert.Equal(300, totals.Captured);
        Assert.Equal(totals.Captured, totals.Concluded);
        Assert.Equal(300, File.ReadLines(Path.Combine(output, "results.jsonl")).Count());
        Directory.Delete(output, recursive: true);
    }

    [Fact]
    public void Should_be_the_block_that_the_readme_shows() => ReadmeText.AssertHolds("EmbeddingSpecs.cs");

    [Fact]
    public void Should_show_the_test_that_runs_in_the_actors_specs() =>
        ReadmeText.AssertHolds(Path.Combine("..", "..", "Actors.Tests", "Hosting", "ReadmeUserTestSpecs.cs"));

    private static void Embed(HostApplicationBuilder builder, string file, string output)
    {
        // README begin
        var read = ActorPipelineConfiguration.Read(File.ReadAllText(file), file, Environment.GetEnvironmentVariable, baseDirectory: Path.GetDirectoryName(file)!);
        builder.Services.AddAkka("edge", akka => akka
            .WithActorPipeline(read.Settings!, ActorPipelineParts.Product(TimeProvider.System, output)));
        // README end
    }
}
