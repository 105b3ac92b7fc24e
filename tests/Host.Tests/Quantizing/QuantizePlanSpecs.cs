using ActorPipeline.Catalog;
using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>What arguments mean, and what is said of wrong ones.</summary>
public sealed class QuantizePlanSpecs : IDisposable
{
    private readonly QuantizeKit _kit = new();

    public void Dispose() => _kit.Dispose();

    [Fact]
    public void Should_ask_for_the_defaults_when_little_is_said()
    {
        var plan = Plan(_kit.Arguments);
        var request = plan.Request;

        Assert.Equal((_kit.Folder.File("model.onnx"), "model", ModelKind.Classification), (request.Card.Path, request.Card.Id.Value, request.Card.Kind));
        Assert.Equivalent(InputSettings.DefaultFor(ModelKind.Classification), request.Card.Input, strict: true);
        Assert.Equal((QuantizationProfile.Cpu, QuantizationScheme.Static, 1.0, false), (request.Profile, request.Scheme, request.MaxLoss, request.Unproven));
        Assert.Equal([RangeMethod.MinMax, RangeMethod.Entropy, RangeMethod.Percentile], request.Methods);
        Assert.Equal((_kit.Out, "int8", null, null), (request.Output, plan.Name, request.Truth, request.CalibrateTruth));
    }

    [Fact]
    public void Should_ask_for_what_is_said_when_all_is()
    {
        var (labels, truth, calibrateTruth) = (Write("labels.txt"), Write("val.json"), Write("calib.json"));
        var request = Plan(_kit.Arguments with
        {
            Kind = "yolox", Labels = labels, Truth = truth, CalibrateTruth = calibrateTruth, Profile = "tensorrt", Methods = ["entropy", "minmax", "entropy"], MaxLoss = "0.25", MaxTime = "1.5",
            Unproven = true, Channels = "rgb", Mean = "1, -2,3.5", Std = "4,5,6", Resize = "stretch", Score = "0.2", Name = "int8-trt",
        }).Request;

        Assert.Equal((ModelKind.Yolox, labels, 0.2f), (request.Card.Kind, request.Card.LabelsPath, request.Card.ScoreThreshold));
        Assert.Equal((truth, calibrateTruth, QuantizationProfile.TensorRt, 0.25, true), (request.Truth, request.CalibrateTruth, request.Profile, request.MaxLoss, request.Unproven));
        Assert.Equal((1.5, 1.0), (request.MaxTime, Plan(_kit.Arguments).Request.MaxTime));
        Assert.Equal([RangeMethod.Entropy, RangeMethod.MinMax], request.Methods);
        Assert.Equal((ChannelOrder.Rgb, ResizeMode.Stretch), (request.Card.Input.Channels, request.Card.Input.Resize));
        Assert.Equal([1, -2, 3.5f, 4, 5, 6], request.Card.Input.Mean.Concat(request.Card.Input.Std));
    }

    [Fact]
    public void Should_use_the_card_and_need_no_other_form_yet_when_a_configuration_has_the_model()
    {
        var config = Config();
        var plan = Plan(_kit.Arguments with { Model = "classifier", Kind = null, Config = config });
        var card = plan.Request.Card;

        Assert.Equal((_kit.Folder.File("model.onnx"), ModelKind.Classification, 0.3f, ChannelOrder.Bgr), (card.Path, card.Kind, card.ScoreThreshold, card.Input.Channels));
        Assert.Empty(card.Variants);
        Assert.Equal(("/own.so", "/engines"), (plan.Request.Library, plan.Engines.Folder));
    }

    [Theory]
    [InlineData("--kind", "cat", "--kind takes one of picodet, yolox, yolov5, yolov8, ssd, db, ctc, classification, not 'cat'")]
    [InlineData("--kind", "db", "a model of kind db cannot be compared with its 8-bit form")]
    [InlineData("--kind", "ctc", "a model of kind ctc cannot be compared with its 8-bit form")]
    [InlineData("--kind", null, "--kind is missing: one of picodet, yolox, yolov5, yolov8, ssd, db, ctc, classification")]
    [InlineData("--profile", "gpu", "--profile takes one of cpu, tensorrt, not 'gpu'")]
    [InlineData("--scheme", "both", "--scheme takes one of static, dynamic, not 'both'")]
    [InlineData("--method", "guess", "--method takes one of minmax, entropy, percentile, not 'guess'")]
    [InlineData("--max-loss", "101", "--max-loss takes a number from 0 to 100, not '101'")]
    [InlineData("--max-loss", "-1", "--max-loss takes a number from 0 to 100, not '-1'")]
    [InlineData("--max-loss", "NaN", "--max-loss takes a number from 0 to 100, not 'NaN'")]
    [InlineData("--score", "2", "--score takes a number from 0 to 1, not '2'")]
    [InlineData("--mean", "1,2", "--mean takes three numbers from -100000 to 100000 between commas, such as 123.675,116.28,103.53, not '1,2'")]
    [InlineData("--mean", "1,2,x", "not '1,2,x'")]
    [InlineData("--std", "1,0,1", "none of them 0")]
    [InlineData("--channels", "grey", "--channels takes one of rgb, bgr, not 'grey'")]
    [InlineData("--resize", "crop", "--resize takes one of stretch, letterbox, line, not 'crop'")]
    [InlineData("--name", "a b", "--name takes a name of letters")]
    [InlineData("--name", "auto", "--name takes a name of letters")]
    [InlineData("--model", "nowhere.onnx", "the file of --model, 'nowhere.onnx', is not there")]
    [InlineData("--model", "/", "the file of --model, '/', is a folder")]
    [InlineData("--model", "", "--model is empty")]
    [InlineData("--labels", "nowhere.txt", "the file of --labels, 'nowhere.txt', is not there")]
    [InlineData("--truth", "nowhere.json", "the file of --truth, 'nowhere.json', is not there")]
    [InlineData("--calibrate-truth", "nowhere.json", "the file of --calibrate-truth, 'nowhere.json', is not there")]
    [InlineData("--calibrate", "nowhere", "--calibrate 'nowhere' is not there")]
    [InlineData("--evaluate", "", "--evaluate is empty")]
    [InlineData("--out", "", "--out is empty")]
    [InlineData("--out", "model.int8", "--out 'model.int8' does not end in .onnx")]
    [InlineData("--out", "/nowhere/model.onnx", "the folder of --out '/nowhere/model.onnx' is not there")]
    [InlineData("--out", "/proc/model.onnx", "--out '/proc/model.onnx' cannot be written")]
    public void Should_say_what_is_wrong_when_an_argument_is(string option, string? value, string expected) => Assert.Contains(expected, Fault(With(_kit.Arguments, option, value)), StringComparison.Ordinal);

    [Fact]
    public void Should_say_all_that_is_wrong_when_much_is()
    {
        var errors = Errors(_kit.Arguments with { Kind = "cat", MaxLoss = "many", Calibrate = "nowhere", Out = "x" });
        Assert.Equal(4, errors.Length);
        Assert.All(errors, error => Assert.StartsWith("error: ", error, StringComparison.Ordinal));
    }

    [Fact]
    public void Should_refuse_a_picture_in_the_place_of_a_folder() => Assert.Contains("is a file", Fault(_kit.Arguments with { Evaluate = _kit.Folder.File("model.onnx") }), StringComparison.Ordinal);

    [Fact]
    public void Should_refuse_methods_when_a_dynamic_model_needs_none() => Assert.Contains("--method is for --scheme static", Fault(_kit.Arguments with { Scheme = "dynamic", Methods = ["entropy"] }), StringComparison.Ordinal);

    [Fact]
    public void Should_need_pictures_to_calibrate_on_unless_it_is_dynamic()
    {
        Assert.Contains("--calibrate is missing", Fault(_kit.Arguments with { Calibrate = null }), StringComparison.Ordinal);
        Assert.Null(Plan(_kit.Arguments with { Calibrate = null, Scheme = "dynamic" }).Request.Calibrate);
        Assert.Equal(_kit.Arguments.Calibrate, Plan(_kit.Arguments with { Scheme = "dynamic" }).Request.Calibrate);
        Assert.Contains("which is missing", Fault(_kit.Arguments with { Calibrate = null, Scheme = "dynamic", CalibrateTruth = Write("calib.json") }), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_refuse_a_dynamic_model_when_it_is_for_tensorrt() =>
        Assert.Contains("--profile tensorrt needs --scheme static", Fault(_kit.Arguments with { Scheme = "dynamic", Profile = "tensorrt" }), StringComparison.Ordinal);

    [Fact]
    public void Should_write_over_nothing_that_it_reads_when_names_are_the_same()
    {
        Assert.Contains("is the file of --model", Fault(_kit.Arguments with { Out = _kit.Folder.File("calib/../model.onnx") }), StringComparison.Ordinal);
        File.CreateSymbolicLink(_kit.Folder.File("out/link.onnx"), _kit.Folder.File("model.onnx"));
        Assert.Contains("is the file of --model", Fault(_kit.Arguments with { Out = _kit.Folder.File("out/link.onnx") }), StringComparison.Ordinal);
        var truth = Write("out/val.json");
        Assert.Contains($"would leave its report in the file of --truth, '{truth}'", Fault(_kit.Arguments with { Out = _kit.Folder.File("out/val.onnx"), Truth = truth }), StringComparison.Ordinal);
    }

    [Fact]
    public void Should_write_over_nothing_that_lies_beside_a_detectors_pictures_when_its_report_would()
    {
        foreach (var set in (string[])["calib", "val"])
        {
            var truth = Write($"{set}.json");
            var arguments = _kit.Arguments with { Kind = "picodet", Calibrate = _kit.Folder.File("calib") + "/", Out = _kit.Folder.File($"{set}.onnx") };
            Assert.Contains($"would leave its report in the file of the truth beside {(set == "val" ? "--evaluate" : "--calibrate")}, '{truth}'", Fault(arguments), StringComparison.Ordinal);
            Assert.NotNull(Plan(arguments with { Kind = "classification" }));
        }
    }

    [Theory]
    [InlineData("--kind", "picodet")]
    [InlineData("--mean", "1,2,3")]
    [InlineData("--score", "0.1")]
    public void Should_take_the_card_from_one_place_alone_when_a_configuration_has_it(string option, string value) =>
        Assert.Contains($"{option} cannot be given with --config", Fault(With(_kit.Arguments with { Model = "classifier", Kind = null, Config = Config() }, option, value)), StringComparison.Ordinal);

    [Fact]
    public void Should_name_the_nearest_model_when_a_configuration_has_no_such() =>
        Assert.Contains("did you mean 'classifier'?", Fault(_kit.Arguments with { Model = "clasifier", Kind = null, Config = Config() }), StringComparison.Ordinal);

    [Fact]
    public void Should_report_the_configuration_when_that_is_bad()
    {
        var errors = Errors(_kit.Arguments with { Model = "classifier", Kind = null, Config = _kit.Folder.WriteText("bad.conf", "actor-pipeline { models.classifier { kind = cat } }") });
        Assert.Contains(errors, e => e.Contains("found \"cat\"", StringComparison.Ordinal));
    }

    private static QuantizeArguments With(QuantizeArguments arguments, string option, string? value) => option switch
    {
        "--kind" => arguments with { Kind = value },
        "--profile" => arguments with { Profile = value },
        "--scheme" => arguments with { Scheme = value },
        "--method" => arguments with { Methods = [value!] },
        "--max-loss" => arguments with { MaxLoss = value },
        "--max-time" => arguments with { MaxTime = value },
        "--score" => arguments with { Score = value },
        "--mean" => arguments with { Mean = value },
        "--std" => arguments with { Std = value },
        "--channels" => arguments with { Channels = value },
        "--resize" => arguments with { Resize = value },
        "--name" => arguments with { Name = value! },
        "--model" => arguments with { Model = value! },
        "--labels" => arguments with { Labels = value },
        "--truth" => arguments with { Truth = value },
        "--calibrate-truth" => arguments with { CalibrateTruth = value },
        "--calibrate" => arguments with { Calibrate = value! },
        "--evaluate" => arguments with { Evaluate = value! },
        "--out" => arguments with { Out = value! },
        _ => throw new ArgumentException(option),
    };

    private string Config() => _kit.Folder.WriteText("some.conf", """
        actor-pipeline {
          onnxruntime.library = /own.so
          engines.folder = /engines
          models.classifier { path = "model.onnx", kind = classification, score-threshold = 0.3, input.channels = bgr, variants = [ { name = int8 } ], form = int8 }
        }
        """);

    private string Write(string name) => _kit.Folder.Write(name, "x"u8.ToArray());

    private static QuantizePlan Plan(QuantizeArguments arguments)
    {
        using var output = new StringWriter();
        var plan = QuantizePlan.Of(arguments, output);
        Assert.True(plan is not null, output.ToString());
        return plan;
    }

    private static string[] Errors(QuantizeArguments arguments)
    {
        using var output = new StringWriter();
        Assert.Null(QuantizePlan.Of(arguments, output));
        return output.ToString().TrimEnd().Split('\n');
    }

    private static string Fault(QuantizeArguments arguments) => Assert.Single(Errors(arguments));
}
