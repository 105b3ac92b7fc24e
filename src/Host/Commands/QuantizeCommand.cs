using System.CommandLine;
using ActorPipeline.Hosting.Quantizing;

namespace ActorPipeline.Hosting.Commands;

/// <summary><c>quantize</c>: makes an 8-bit form of a float model in a worker process, and publishes it only where it passes the gate.</summary>
internal static class QuantizeCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var model = new Option<string>("--model") { Description = "The float model (ONNX); with --config the name of one of its models.", Required = true };
        var config = Text("--config", "A configuration whose card of the model is used.");
        var kind = Text("--kind", "How its tensors are read: picodet, yolox, yolov5, yolov8, ssd or classification; text models have no measure of loss here. Not with --config.");
        var calibrate = Text("--calibrate", "Folder of pictures on which ranges and layers are chosen. Needed but for --scheme dynamic, which quantises all matrix products without.");
        var evaluate = new Option<string>("--evaluate") { Description = "Folder of other pictures, on which the result is compared with the float model.", Required = true };
        var truth = Text("--truth", "What the pictures of --evaluate show; without, the float model's word counts.");
        var calibrateTruth = Text("--calibrate-truth", "What the pictures of --calibrate show; without, the float model's word counts.");
        var profile = Text("--profile", "Who is to run it: cpu or tensorrt. Default cpu.");
        var scheme = Text("--scheme", "When ranges are found: static (ahead, on pictures) or dynamic (at each run, for matrix products alone). Default static.");
        var methods = new Option<string[]>("--method") { Description = "A way to find ranges that is tried: minmax, entropy or percentile; may be repeated. Default all three." };
        var maxLoss = Text("--max-loss", "The most that may be lost, in percentage points. Default 1.");
        var maxTime = Text("--max-time", "A run has to take less than so many times the float engine's; above 1 publishes what is smaller and not quicker. Default 1.");
        var unproven = new Option<bool>("--unproven") { Description = "Publishes also what cannot be proved here for want of the device: run time and kernels of --profile tensorrt." };
        var output = new Option<string>("--out") { Description = "The quantised model (.onnx); its report (.json) and picture (.svg) lie beside it.", Required = true };
        var name = new Option<string>("--name") { Description = "What the form is registered as.", DefaultValueFactory = _ => "int8" };
        var labels = Text("--labels", "A text file with one label a line. Not with --config.");
        var channels = Text("--channels", "Order of the colour channels: rgb or bgr. Not with --config.");
        var mean = Text("--mean", "Subtracted from each channel: three numbers between commas. Not with --config.");
        var std = Text("--std", "Divides each channel: three numbers between commas. Not with --config.");
        var resize = Text("--resize", "How a picture is fitted in: stretch, letterbox or line. Not with --config.");
        var score = Text("--score", "Detections with a lower score do not count for agreement. Not with --config.");
        var json = SharedOptions.Json();
        var command = new Command("quantize", "Makes an 8-bit form of a model, and publishes it only where it loses little, is smaller and quicker, and runs in integers.")
        {
            model, config, kind, calibrate, evaluate, truth, calibrateTruth, profile, scheme, methods, maxLoss, maxTime, unproven, output, name, labels, channels, mean, std, resize, score, json,
        };
        command.SetAction((parsed, cancellation) => new QuantizeSession(
            new QuantizeArguments
            {
                Model = parsed.GetValue(model)!, Config = parsed.GetValue(config), Kind = parsed.GetValue(kind),
                Calibrate = parsed.GetValue(calibrate), Evaluate = parsed.GetValue(evaluate)!, Truth = parsed.GetValue(truth), CalibrateTruth = parsed.GetValue(calibrateTruth),
                Profile = parsed.GetValue(profile), Scheme = parsed.GetValue(scheme), Methods = parsed.GetValue(methods) ?? [], MaxLoss = parsed.GetValue(maxLoss), MaxTime = parsed.GetValue(maxTime),
                Unproven = parsed.GetValue(unproven), Out = parsed.GetValue(output)!, Name = parsed.GetValue(name)!, Labels = parsed.GetValue(labels),
                Channels = parsed.GetValue(channels), Mean = parsed.GetValue(mean), Std = parsed.GetValue(std), Resize = parsed.GetValue(resize), Score = parsed.GetValue(score),
                Json = parsed.GetValue(json),
            },
            terminal, QuantizeWorkers.Real).RunAsync(cancellation));
        return command;
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };
}
