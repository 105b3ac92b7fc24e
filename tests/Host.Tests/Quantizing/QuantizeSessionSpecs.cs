using ActorPipeline.Catalog;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Inference;
using ActorPipeline.Quantization;
using ActorPipeline.Workers;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>What a quantisation says and leaves; the workers are functions.</summary>
public sealed class QuantizeSessionSpecs : IDisposable
{
    private readonly QuantizeKit _kit = new();

    public void Dispose() => _kit.Dispose();

    [Fact]
    public async Task Should_leave_report_and_picture_beside_the_model_and_register_it_when_it_passed()
    {
        _kit.Folder.Write("out/model.int8.refused.json", []);
        _kit.Folder.Write("out/model.int8.refused.svg", []);
        var result = await _kit.RunAsync(_kit.Publish, _kit.Arguments with { MaxLoss = "0.75" });

        Assert.Equal(0, result.Code);
        Assert.Equal(["model.int8.json", "model.int8.onnx", "model.int8.svg"], _kit.Left);
        var report = QuantizationReportJson.Parse(File.ReadAllText(_kit.Folder.File("out/model.int8.json")));
        Assert.Equal((_kit.Out, 0.75), (report.Output, report.MaxLoss));
        Assert.StartsWith("<svg", File.ReadAllText(_kit.Folder.File("out/model.int8.svg")), StringComparison.Ordinal);
        var registered = Assert.IsType<VariantFinding.Found>(new VariantRegistry(_kit.Registry).Find(_kit.Asked[0].Request.Card, "int8")).Variant;
        Assert.Equal((_kit.Out, report.OutputContent, 14.2), (registered.Path, registered.Content, registered.RunTime?.TotalMilliseconds));
        Assert.Equal(0.368, registered.Accuracy!.Value, 6);
    }

    [Fact]
    public async Task Should_tell_people_what_was_gained_and_lost_and_how_to_use_it_when_it_passed()
    {
        var result = await _kit.RunAsync(_kit.Publish, null, new(QuantizationPhase.Read, 1, 1, "66 layers"), new(QuantizationPhase.Calibrate, 39, 39, "39 pictures"));

        Assert.StartsWith("read         66 layers\ncalibrate    39 pictures\n", result.Out, StringComparison.Ordinal);
        foreach (var part in (string[])
            [
                "mAP .5:.95, 46 pictures", "37.30", "36.80", "0.50 lost (95 %: -0.60 to 1.40); bound 1.00", "mAP .5 ", "94.20 %", "3.9 MiB", "0.35 x of the float file", "14.20 ms",
                "0.75 x of the float engine's time", "83 % of the time; ran as floats: conv_17", "ranges by entropy on 39 pictures", "without head.cls, stem", "chosen",
                "its group loses 4.1 points by itself", "variants = [ { name = int8 } ]", "form = int8", $"Published {_kit.Out}",
            ])
            Assert.Contains(part, result.Out, StringComparison.Ordinal);
        Assert.Equal("warning: 46 pictures are too few to prove a loss of at most 1 point: it may be up to 1.4\n", result.Error);
    }

    [Fact]
    public async Task Should_show_no_run_time_and_name_the_device_when_it_was_made_for_tensorrt_unproven()
    {
        _kit.Folder.Write("cache", []);
        var result = await _kit.RunAsync(request => _kit.Publish(request) is WorkerAnswer.Quantized(var report)
            ? new WorkerAnswer.Quantized(report with
            {
                Profile = QuantizationProfile.TensorRt, Gain = report.Gain! with { FloatMilliseconds = null, QuantisedMilliseconds = null, RunShare = null }, Kernels = null,
                Steps = [.. report.Steps.Select(s => s with { RunTime = null, Share = null })],
            })
            : throw new InvalidOperationException());
        Assert.Equal(0, result.Code);
        Assert.Contains("cannot be timed here", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(" ms ", result.Out, StringComparison.Ordinal);
        Assert.Contains("providers = [tensorrt]", result.Out, StringComparison.Ordinal);
        Assert.Contains("\"runTime\": null", File.ReadAllText(_kit.Folder.File("out/model.int8.json")), StringComparison.Ordinal);
        Assert.Contains("nothing was tried that could be timed", File.ReadAllText(_kit.Folder.File("out/model.int8.svg")), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_list_what_costs_most_first_when_layers_were_left()
    {
        var left = QuantizeTable.LeftFloat(Reports.Published.Layers);
        Assert.Equal(["head_cls", "conv_0", "reshape_mm"], left.Select(l => l.Name));
    }

    [Fact]
    public async Task Should_be_what_a_configuration_takes_when_the_snippet_is_used()
    {
        var result = await _kit.RunAsync(_kit.Publish);
        var snippet = string.Join('\n', result.Out.Split('\n').Where(line => line.StartsWith("  variants", StringComparison.Ordinal) || line.StartsWith("  form", StringComparison.Ordinal)));
        var text = $$"""
            actor-pipeline.models.m {
              path = "{{_kit.Arguments.Model}}", kind = classification
            {{snippet}}
            }
            """;
        var read = ActorPipelineConfiguration.Read(text, "x.conf", _ => null, registry: new VariantRegistry(_kit.Registry));
        Assert.Equal(_kit.Out, read.Settings!.Models[new ModelId("m")].Path);
    }

    [Fact]
    public async Task Should_print_the_report_alone_as_one_line_when_json_is_asked_for()
    {
        var result = await _kit.RunAsync(_kit.Publish, _kit.Arguments with { Json = true }, new QuantizationProgress(QuantizationPhase.Read, 1, 1, "66 layers"));

        Assert.Equal(0, result.Code);
        Assert.Single(result.Out.TrimEnd().Split('\n'));
        Assert.Equal(File.ReadAllText(_kit.Folder.File("out/model.int8.json")), QuantizationReportJson.Indented(QuantizationReportJson.Parse(result.Out)));
        Assert.True((bool)result.Json["published"]!);
    }

    [Fact]
    public async Task Should_publish_nothing_and_say_why_and_leave_its_report_when_it_was_refused()
    {
        _kit.Folder.Write("out/model.int8.json", "an earlier one"u8.ToArray());
        var result = await _kit.RunAsync(_ => new WorkerAnswer.Quantized(Reports.Refused));

        Assert.Equal(1, result.Code);
        Assert.Equal(["error: refused: it loses 3.2 points, and the bound is 1", "error: refused: its file is no smaller"], result.Errors);
        Assert.Equal(["model.int8.json", "model.int8.refused.json", "model.int8.refused.svg"], _kit.Left);
        Assert.Equal("an earlier one", File.ReadAllText(_kit.Folder.File("out/model.int8.json")));
        Assert.Contains("Nothing was published", result.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(_kit.Registry));
    }

    public static TheoryData<WorkerAnswer.Failed, int> Failures => new()
    {
        { new WorkerAnswer.Failed("the folder is empty", null) { BadInput = true }, 2 },
        { new WorkerAnswer.Failed("no model", LoadFailure.NotAModel), 2 },
        { new WorkerAnswer.Failed("its worker process was killed (signal 9): most likely the machine ran out of memory", null), 1 },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Should_say_why_and_leave_nothing_when_the_worker_did_not_do_it(WorkerAnswer.Failed failed, int code)
    {
        var result = await _kit.RunAsync(_ => failed, _kit.Arguments with { Json = true });
        Assert.Equal((code, failed.Reason, false), (result.Code, (string?)result.Json["error"], (bool)result.Json["published"]!));
        Assert.EndsWith($"was not quantised: {failed.Reason}", Assert.Single(result.Errors), StringComparison.Ordinal);
        Assert.Empty(_kit.Left);
        Assert.False(Directory.Exists(Assert.Single(_kit.Asked).Scratch), "what the worker left among the temporary files goes");
    }

    [Fact]
    public async Task Should_end_as_interrupted_and_leave_nothing_when_it_is()
    {
        using var stop = new CancellationTokenSource();
        var scratch = "";
        var result = await _kit.RunAsync(
            async (_, folder, _, _, cancellation) =>
            {
                scratch = folder;
                await stop.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
                throw new InvalidOperationException();
            },
            _kit.Arguments, stop.Token);
        Assert.Equal((130, "", ""), (result.Code, result.Out, result.Error));
        Assert.Empty(_kit.Left);
        Assert.False(Directory.Exists(scratch));
    }

    [Fact]
    public async Task Should_not_start_a_worker_when_arguments_are_wrong()
    {
        var result = await _kit.RunAsync(_kit.Publish, _kit.Arguments with { MaxLoss = "1000" });
        Assert.Equal(2, result.Code);
        Assert.Empty(_kit.Asked);
    }

    [Fact]
    public async Task Should_warn_and_name_the_file_in_the_snippet_when_it_cannot_be_registered()
    {
        _kit.Folder.Write("cache", []);
        var result = await _kit.RunAsync(_kit.Publish);
        Assert.Equal(0, result.Code);
        Assert.Contains("cannot be registered", result.Error, StringComparison.Ordinal);
        Assert.Contains($"variants = [ {{ name = int8, path = \"{_kit.Out}\", providers = [cpu] }} ]", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_fail_when_the_report_cannot_be_written()
    {
        var result = await _kit.RunAsync(request =>
        {
            Directory.CreateDirectory(_kit.Folder.File("out/model.int8.json"));
            return _kit.Publish(request);
        });
        Assert.Equal(1, result.Code);
        Assert.Contains("the report or the picture", Assert.Single(result.Errors), StringComparison.Ordinal);
    }
}
