using System.Text.Json.Nodes;
using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Workers;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Preparing;

/// <summary>What is said of engines; the workers are functions.</summary>
public sealed class PrepareSessionSpecs : IDisposable
{
    private static readonly EngineReport Engine = new(ExecutionProvider.Cpu, EngineUse.Built, TimeSpan.FromMilliseconds(3400), Bytes.MiB(3))
    {
        Difference = 1.25e-6, Rewrites = ["87 hard-swish", "2 shared"], Why = "cuda is not in this build",
    };

    private readonly TestFolder _folder = new();
    private readonly List<WorkerJob> _jobs = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_print_all_of_an_engine_as_the_last_line_when_json_is_asked_for()
    {
        var result = await RunAsync(json: true, _ => new WorkerAnswer.Built(Engine));

        var expected = JsonNode.Parse("""
            {"model":"first","provider":"cpu","use":"built","ms":3400,"bytes":3145728,"difference":1.25e-6,
             "rewrites":["87 hard-swish","2 shared"],"why":"cuda is not in this build","error":null}
            """);
        Assert.Equal(0, result.Code);
        Assert.True(JsonNode.DeepEquals(expected, result.Json["engines"]![0]), result.Out);
        Assert.Equal(["engines", "folder", "seconds"], result.Json.Select(p => p.Key));
        Assert.Single(result.Out.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Should_tell_people_what_it_is_at_and_show_a_table_when_they_ask()
    {
        var result = await RunAsync(json: false, job => new WorkerAnswer.Built(job.Model.Value == "first" ? Engine : Engine with { Use = EngineUse.Hit, Difference = null }));

        Assert.StartsWith("Building the engine of first ...\nBuilding the engine of second ...\n", result.Out, StringComparison.Ordinal);
        foreach (var part in (string[])["built", "kept", "3.4 s", "3.0 MiB", "1.3e-6", "87 hard-swish, 2 shared", "cuda is not in this build", $"Kept in {_folder.File("engines")}"])
            Assert.Contains(part, result.Out.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_have_each_model_built_into_the_configured_folder_when_it_asks_workers()
    {
        await RunAsync(json: true, _ => new WorkerAnswer.Built(Engine));

        Assert.Equal(["first", "second"], _jobs.Select(j => j.Model.Value));
        Assert.All(_jobs, job => Assert.Equal((_folder.File("engines"), Bytes.MiB(128)), (job.Engines.Folder, job.Engines.Limit)));
    }

    [Fact]
    public async Task Should_end_with_1_and_name_it_when_a_worker_was_killed()
    {
        var result = await RunAsync(json: true, job => job.Model.Value == "first" ? new WorkerAnswer.Failed("it was killed", null) : new WorkerAnswer.Built(Engine));

        Assert.Equal((1, "error: the engine of model 'first' was not built: it was killed"), (result.Code, Assert.Single(result.Errors)));
        Assert.Equal("it was killed", (string?)result.Json["engines"]![0]!["error"]);
        Assert.Equal("built", (string?)result.Json["engines"]![1]!["use"]);
    }

    [Fact]
    public async Task Should_end_with_2_when_a_model_is_bad()
    {
        var result = await RunAsync(json: false, _ => new WorkerAnswer.Failed("wrong shape", LoadFailure.WrongShape));
        Assert.Equal(2, result.Code);
        Assert.Contains("not built", result.Out, StringComparison.Ordinal);
    }

    private async Task<CliResult> RunAsync(bool json, Func<WorkerJob, WorkerAnswer> answer)
    {
        var model = _folder.Write("tiny.onnx", TinyOnnx.ChannelMeans(64, 64));
        var config = _folder.WriteText("tiny.conf", $$"""
            actor-pipeline {
              engines { folder = "{{_folder.File("engines")}}", limit = 128 MiB }
              models { first { path = "{{model}}", kind = classification }, second { path = "{{model}}", kind = classification } }
            }
            """);
        using StringWriter output = new(), error = new();
        WorkerSource worker = _ => (job, _) =>
        {
            _jobs.Add(job);
            return Task.FromResult(answer(job));
        };
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), Interactive: false);
        var code = await new PrepareSession(new ModelJobsRequest(config, [], json), terminal, worker).RunAsync(default);
        return new CliResult(code, output.ToString(), error.ToString());
    }
}
