using ActorPipeline.Catalog;
using ActorPipeline.Simulation;

namespace ActorPipeline.Hosting.Commands;

public sealed class SimulateCommandSpecs : IDisposable
{
    private const string Footprint = ", footprint { load = 40 MiB, resident = 20 MiB, run = 1 MiB }";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_answer_every_question_when_asked_as_json()
    {
        var result = await Cli.RunAsync("simulate", "--config", _folder.WriteTiny("64 MiB", Footprint), "--seconds", "4", "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        var json = result.Json;
        Assert.Equal((1, 60, 1, 0), ((int)json["models"]!, (int)json["requests"]!, (int)json["loads"]!, (int)json["refusals"]!));
        Assert.Equal(0, (long)json["overBudgetBytes"]!);
        Assert.Equal(("exact", 1.0), ((string?)json["optimum"]!["kind"], (double)json["optimum"]!["ratio"]!));
        Assert.True((bool)json["keepsUp"]!);
        string[] keys = ["reloadMs", "lateMsP50", "lateMsP99", "lateMsMax", "late", "utilisation"];
        Assert.All(keys, key => Assert.NotNull(json[key]));
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Theory]
    [InlineData("steady")]
    [InlineData("bursty")]
    [InlineData("diurnal")]
    [InlineData("adversarial")]
    public async Task Should_say_in_a_sentence_whether_they_keep_up_when_people_ask(string pattern)
    {
        var result = await Cli.RunAsync("simulate", "--config", _folder.WriteTiny("64 MiB", Footprint), "--pattern", pattern, "--seconds", "4");

        Assert.Equal(0, result.Code);
        Assert.Contains("These models keep up", result.Out, StringComparison.Ordinal);
        Assert.Contains("by the size of its file", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_that_they_do_not_when_there_are_too_many_frames()
    {
        var result = await Cli.RunAsync("simulate", "--config", _folder.WriteTiny("64 MiB", Footprint), "--fps", "1000", "--seconds", "4", "--set", "actor-pipeline.serving.lanes=1");

        Assert.Equal(0, result.Code);
        Assert.Contains("do not keep up", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_compare_hand_off_with_none_when_nodes_are_asked_for()
    {
        var result = await Cli.RunAsync("simulate", "--nodes", "40", "--seconds", "5", "--seed", "2", "--json");

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal((40, 20, 0), ((int)result.Json["nodes"]!, (int)result.Json["site"]!, (int)result.Json["lost"]!));
        Assert.True((double)result.Json["cropsRatio"]! > 1);
        string[] keys = ["framesRatio", "shareHandedOff", "mostBatchesAtANeighbour", "mostBytesAtANeighbour", "directoryBytesPerNodePerSecond"];
        Assert.All(keys, key => Assert.NotNull(result.Json[key]));
    }

    [Fact]
    public async Task Should_say_what_handing_over_gives_when_people_ask()
    {
        var result = await Cli.RunAsync("simulate", "--nodes", "20", "--seconds", "3");

        Assert.Contains("Handing over gives", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("takes --config or --nodes")]
    [InlineData("takes --config or --nodes", "--nodes", "20", "--config", "x.conf")]
    [InlineData("--nodes takes a number", "--nodes", "1")]
    [InlineData("multiply to more", "--nodes", "10000", "--seconds", "1000")]
    public async Task Should_refuse_when_it_is_not_clear_what_to_simulate(string says, params string[] arguments)
    {
        var result = await Cli.RunAsync(["simulate", .. arguments]);

        Assert.Equal(2, result.Code);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_take_load_times_from_the_last_run_when_there_is_one()
    {
        var file = _folder.WriteTiny("64 MiB", Footprint);
        Directory.CreateDirectory(_folder.File("out"));
        _folder.WriteText(Path.Combine("out", "summary.json"), """{"models":{"detector":{"loadMsP50":321.5}}}""");

        var result = await Cli.RunAsync("simulate", "--config", file, "--out", _folder.File("out"), "--seconds", "1", "--json");

        Assert.Equal(321.5, (double)result.Json["reloadMs"]!);
    }

    [Fact]
    public async Task Should_play_a_recorded_trace_when_one_is_named()
    {
        var result = await Cli.RunAsync("simulate", "--config", _folder.WriteTiny("64 MiB", Footprint), "--trace", Trace("detector"), "--json");

        Assert.Equal((0, 3), (result.Code, (int)result.Json["requests"]!));
        Assert.Equal(100, (double)result.Json["reloadMs"]!);
    }

    [Fact]
    public async Task Should_name_the_line_when_the_trace_is_damaged()
    {
        var trace = Trace("detector");
        File.AppendAllText(trace, "{\"at\":\n");

        var result = await Cli.RunAsync("simulate", "--config", _folder.WriteTiny("64 MiB", Footprint), "--trace", trace);

        Assert.Equal(2, result.Code);
        Assert.Contains("line 5", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_refuse_when_the_trace_is_of_other_models_or_missing()
    {
        var other = await Cli.RunAsync("simulate", "--config", _folder.WriteTiny("64 MiB", Footprint), "--trace", Trace("somebody"));
        Assert.Equal(2, other.Code);
        Assert.Contains("no model 'somebody'", Assert.Single(other.Errors), StringComparison.Ordinal);

        var missing = await Cli.RunAsync("simulate", "--config", _folder.WriteTiny("64 MiB", Footprint), "--trace", _folder.File("none.jsonl"));
        Assert.Equal(2, missing.Code);
        Assert.Contains("cannot be read", Assert.Single(missing.Errors), StringComparison.Ordinal);
    }

    private string Trace(string model)
    {
        var ms = TimeSpan.FromMilliseconds(100);
        var declared = Catalog.Footprint.Declared(Bytes.MiB(1), Bytes.MiB(1), Bytes.Zero);
        using var text = new StringWriter();
        TraceWriter.Write(text, new WorkloadTrace("recorded", [new TraceModel(new ModelId(model), declared, ms, ms, ms)], [new(ms, 0), new(ms * 2, 0), new(ms * 3, 0)])
        {
            Budget = PoolVector.OfHost(Bytes.MiB(1)),
        });
        return _folder.WriteText("trace.jsonl", text.ToString());
    }
}
