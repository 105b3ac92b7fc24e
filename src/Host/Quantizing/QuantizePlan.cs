using ActorPipeline.Catalog;
using ActorPipeline.Engines;
using ActorPipeline.Hosting.Commands;
using ActorPipeline.Hosting.Configuration;
using ActorPipeline.Onnx;
using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Quantizing;

/// <summary>What <c>quantize</c> is to do, once its arguments were found to be right.</summary>
/// <param name="Request">What is asked of the quantiser.</param>
/// <param name="Name">What the form is registered as.</param>
/// <param name="Files">What is left where.</param>
/// <param name="Engines">How engines are kept.</param>
internal sealed record QuantizePlan(QuantizationRequest Request, string Name, QuantizeFiles Files, EngineSettings Engines)
{
    /// <summary>Reads arguments; looks at files and folders, but not into them.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="output">Gets all that is wrong, a line each.</param>
    /// <returns>Null where something is wrong.</returns>
    public static QuantizePlan? Of(QuantizeArguments arguments, TextWriter output)
    {
        var errors = new List<string>();
        var words = new OptionWords(errors);
        var settings = new ActorPipelineSettings();
        ModelCard? card;
        if (arguments.Config is { } config)
        {
            // Its other forms may be what this is to make.
            if (ConfigurationFile.Read(config, [], output, ownForms: true) is not { Settings: { } read }) return null;
            settings = read;
            card = Configured(arguments, settings, errors);
        }
        else
        {
            card = Described(arguments, words, errors);
        }
        if (card is { Kind: ModelKind.Db or ModelKind.Ctc }) errors.Add($"a model of kind {card.Kind.ToString().ToLowerInvariant()} cannot be compared with its 8-bit form: there is no measure of text here");
        var profile = words.Word("--profile", arguments.Profile, QuantizationProfile.Cpu);
        var scheme = words.Word("--scheme", arguments.Scheme, QuantizationScheme.Static);
        RangeMethod[] methods = [.. arguments.Methods.Select(m => words.Word("--method", m, RangeMethod.MinMax)).Distinct()];
        var loss = words.Number("--max-loss", arguments.MaxLoss, 0, 100, 1);
        var time = words.Number("--max-time", arguments.MaxTime, 1, 100, 1);
        if (scheme == QuantizationScheme.Dynamic && methods.Length > 0) errors.Add("--method is for --scheme static: a dynamic model finds its ranges at each run");
        if (!VariantBinder.IsName(arguments.Name) || arguments.Name == VariantBinder.All) errors.Add($"--name takes a name of letters, digits, '.', '-' and '_' other than '{VariantBinder.All}', not '{arguments.Name}'");
        if (scheme == QuantizationScheme.Dynamic && profile == QuantizationProfile.TensorRt) errors.Add("--profile tensorrt needs --scheme static: TensorRT takes models whose ranges were found ahead");
        if (arguments.Calibrate is { } calibrate) Folder("--calibrate", calibrate, errors);
        else if (scheme == QuantizationScheme.Static) errors.Add("--calibrate is missing: --scheme static finds ranges on a folder of pictures");
        else if (arguments.CalibrateTruth is not null) errors.Add("--calibrate-truth says what the pictures of --calibrate show, which is missing");
        Folder("--evaluate", arguments.Evaluate, errors);
        List<(string Option, string Path)> inputs = [];
        Input("--model", card?.Path, inputs, errors);
        Input("--labels", card?.LabelsPath, inputs, errors);
        Input("--truth", arguments.Truth, inputs, errors);
        Input("--calibrate-truth", arguments.CalibrateTruth, inputs, errors);
        Input("--config", arguments.Config, inputs, errors);
        // What is found by itself is read like what is named; and it stays what it is where another file is named.
        foreach (var (option, folder) in (ReadOnlySpan<(string, string?)>)[("--calibrate", arguments.Calibrate), ("--evaluate", arguments.Evaluate)])
            if (card?.IsDetector == true && folder is { Length: > 0 } && QuantizationRequest.TruthBeside(folder) is var truth && File.Exists(truth)) inputs.Add(($"the truth beside {option}", truth));
        var files = new QuantizeFiles(arguments.Out);
        if (arguments.Out.Length == 0) errors.Add("--out is empty");
        else if (files.Fault(inputs) is { } fault) errors.Add(fault);
        foreach (var error in errors) output.WriteLine($"error: {error}");
        if (errors.Count > 0 || card is null) return null;

        var request = new QuantizationRequest
        {
            Card = card, Calibrate = arguments.Calibrate, Evaluate = arguments.Evaluate, Truth = arguments.Truth, CalibrateTruth = arguments.CalibrateTruth,
            Profile = profile, Scheme = scheme, MaxLoss = loss, MaxTime = time, Unproven = arguments.Unproven, Output = arguments.Out, Library = settings.OnnxRuntime.Library,
        };
        return new QuantizePlan(methods.Length > 0 ? request with { Methods = methods } : request, arguments.Name, files, settings.Engines);
    }

    private static ModelCard? Configured(QuantizeArguments arguments, ActorPipelineSettings settings, List<string> errors)
    {
        (string Option, string? Value)[] cardOptions =
        [
            ("--kind", arguments.Kind), ("--labels", arguments.Labels), ("--channels", arguments.Channels), ("--mean", arguments.Mean), ("--std", arguments.Std),
            ("--resize", arguments.Resize), ("--score", arguments.Score),
        ];
        foreach (var (option, _) in cardOptions.Where(o => o.Value is not null)) errors.Add($"{option} cannot be given with --config: the configuration says it of its models");
        if (settings.Models.TryGetValue(new ModelId(arguments.Model), out var card)) return card;
        errors.Add($"--model '{arguments.Model}' is no model of {arguments.Config}; {Suggestions.For(arguments.Model, [.. settings.Models.Keys.Select(id => id.Value)])}");
        return null;
    }

    private static ModelCard? Described(QuantizeArguments arguments, OptionWords words, List<string> errors)
    {
        if (arguments.Kind is null) errors.Add($"--kind is missing: one of {string.Join(", ", Enum.GetNames<ModelKind>().Select(name => name.ToLowerInvariant()))}; or name one of a configuration's models with --config");
        var kind = words.Word("--kind", arguments.Kind, ModelKind.Classification);
        var input = InputSettings.DefaultFor(kind);
        if (arguments.Model.Length == 0)
        {
            errors.Add("--model is empty");
            return null;
        }
        var standard = new ModelCard { Id = new ModelId(Path.GetFileNameWithoutExtension(arguments.Model)), Path = arguments.Model, Kind = kind };
        return standard with
        {
            LabelsPath = arguments.Labels,
            ScoreThreshold = (float)words.Number("--score", arguments.Score, 0, 1, standard.ScoreThreshold),
            Input = new InputSettings
            {
                Channels = words.Word("--channels", arguments.Channels, input.Channels),
                Mean = words.Three("--mean", arguments.Mean, zero: true, input.Mean),
                Std = words.Three("--std", arguments.Std, zero: false, input.Std),
                Resize = words.Word("--resize", arguments.Resize, input.Resize),
            },
        };
    }

    private static void Folder(string option, string path, List<string> errors)
    {
        if (path.Length == 0) errors.Add($"{option} is empty");
        else if (File.Exists(path)) errors.Add($"{option} '{path}' is a file, and a folder of pictures is wanted");
        else if (!Directory.Exists(path)) errors.Add($"{option} '{path}' is not there");
    }

    private static void Input(string option, string? path, List<(string Option, string Path)> inputs, List<string> errors)
    {
        if (path is null) return;
        if (Unreadable(path) is { } why) errors.Add($"the file of {option}, '{path}', {why}");
        else inputs.Add((option, path));
    }

    private static string? Unreadable(string path)
    {
        if (Directory.Exists(path)) return "is a folder";
        if (!File.Exists(path)) return "is not there";
        try
        {
            using var file = File.OpenRead(path);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {error.Message}";
        }
    }
}
