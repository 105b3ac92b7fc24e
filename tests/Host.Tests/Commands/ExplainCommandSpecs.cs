using System.Text.Json.Nodes;
using ActorPipeline.Hosting.Explaining;

namespace ActorPipeline.Hosting.Commands;

public sealed class ExplainCommandSpecs : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _config;

    public ExplainCommandSpecs() => _config = _folder.WriteText("tiny.conf", """
        actor-pipeline {
          memory.budget = 60 MiB
          models {
            detector { path = "detector.onnx", kind = picodet }
            classifier { path = "classifier.onnx", kind = classification }
          }
        }
        """);

    private string Out => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Should_tell_the_story_when_a_run_left_its_decisions()
    {
        HandMadeLog.Write(Out, HandMadeLog.Text);
        var result = await Explain("classifier");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("left     1 x detector needed room: 30.0 MiB needed, 22.0 MiB free", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_print_one_object_when_it_is_asked_for_json()
    {
        HandMadeLog.Write(Out, HandMadeLog.Text);
        var json = (await Explain("classifier", "--json")).Json;
        Assert.Equal(("classifier", "tiny", "backing off"), ((string)json["model"]!, (string)json["configuration"]!, (string)json["state"]!));
        Assert.Equal((0.3, 1), ((double)json["heldShare"]!, (int)json["loads"]!["count"]!));
        Assert.Equal(("detector", 1, Bytes.MiB(30).Count), ((string)json["left"]![0]!["model"]!, (int)json["left"]![0]!["count"]!, (long)json["left"]![0]!["needBytes"]!["most"]!));
        Assert.Equal(Bytes.MiB(20).Count, (long)json["beside"]![0]!["bytes"]!);
    }

    [Fact]
    public async Task Should_explain_the_merged_model_when_the_one_that_was_asked_for_ran_as_a_part_of_it()
    {
        HandMadeLog.Write(Out, HandMadeLog.Text.Select(line => line.Replace("\"classifier\"", "\"other+classifier\"")));
        var result = await Explain("classifier");
        Assert.Contains("'classifier' ran as a part of 'other+classifier'", result.Error, StringComparison.Ordinal);
        Assert.StartsWith("other+classifier of tiny", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_how_often_each_variant_was_loaded_when_there_were_several()
    {
        DecisionLine Loaded(double ms, string variant) => new(ms, DecisionEvent.Loaded) { Model = "detector", Variant = variant, LoadMs = 5 };
        HandMadeLog.Write(Out, [.. HandMadeLog.Text, .. new[] { Loaded(1200, "int8"), Loaded(1300, "fp32"), Loaded(1400, "int8") }.Select(DecisionJson.Line)]);
        Assert.Contains("; 1 x as fp32, 2 x as int8", (await Explain("detector")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_suggest_a_name_when_the_model_is_unknown() =>
        Assert.Contains("did you mean 'detector'?", Assert.Single((await Refused("detectr")).Errors), StringComparison.Ordinal);

    [Fact]
    public async Task Should_say_run_first_when_there_is_no_log() =>
        Assert.Contains("run the configuration first", Assert.Single((await Refused("detector")).Errors), StringComparison.Ordinal);

    [Fact]
    public async Task Should_refuse_a_log_when_it_is_of_a_newer_version()
    {
        HandMadeLog.Write(Out, DecisionJson.Line(HandMadeLog.Header with { Decisions = 2 }));
        Assert.Contains("version 2", Assert.Single((await Refused("detector")).Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"frame":1}""")]
    public async Task Should_refuse_a_file_when_it_is_no_decision_log(string first)
    {
        HandMadeLog.Write(Out, first);
        Assert.Contains("no decision log", Assert.Single((await Refused("detector")).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_use_the_rest_and_name_the_line_when_lines_are_damaged()
    {
        HandMadeLog.Write(Out, [.. HandMadeLog.Text.Take(6), "{\"ms\":12,\"eve", "[]", .. HandMadeLog.Text.Skip(6)]);
        var result = await Explain("classifier");
        Assert.Equal(0, result.Code);
        Assert.Contains($"{DecisionFile.Name}:7: the line is damaged", result.Error, StringComparison.Ordinal);
        Assert.Contains($"{DecisionFile.Name}:8: the line is damaged", result.Error, StringComparison.Ordinal);
        Assert.Contains("left     1 x detector needed room", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_warn_when_the_decisions_are_of_another_configuration()
    {
        HandMadeLog.Write(Out, [DecisionJson.Line(HandMadeLog.Header with { Configuration = "other" }), .. HandMadeLog.Text.Skip(1)]);
        Assert.Contains("warning: the decisions in", (await Explain("classifier")).Error, StringComparison.Ordinal);
    }

    private async Task<CliResult> Refused(string model)
    {
        var result = await Explain(model);
        Assert.Equal(2, result.Code);
        return result;
    }

    private Task<CliResult> Explain(string model, params string[] more) => Cli.RunAsync(["explain", "--config", _config, "--model", model, "--out", Out, .. more]);
}
