using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Evaluation;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ActorPipeline.Quantization;

/// <summary>One quantisation from the model's file to the report, phase after phase.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="form">What the model is made into.</param>
/// <param name="library">Runs models.</param>
/// <param name="folder">Gets what is written meanwhile; whoever made it removes it.</param>
/// <param name="progress">Told how far it is.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class QuantizationRun(
    QuantizationRequest request, QuantizedForm form, IOnnxLibrary library, string folder, Action<QuantizationProgress> progress, CancellationToken cancellation)
{
    private readonly List<string> _warnings = [];
    private readonly List<QuantizationStep> _steps = [];

    /// <summary>The methods that are tried; one stands for none where ranges are not asked for.</summary>
    private readonly RangeMethod[] _methods = form.NeedsRanges ? [.. request.Methods.Distinct()] : [RangeMethod.MinMax];

    private IReadOnlyList<EqualisablePair> _equalised = [];

    /// <summary>The fingerprint of the model's content; null where it cannot be read.</summary>
    private string? _content;

    /// <summary>Does it all.</summary>
    public QuantizationReport Run()
    {
        Say(QuantizationPhase.Read, 0, 1);
        // Before it is read: what comes of it belongs to that content, whatever the file holds at the end.
        _content = ContentOf(request.Card.Path);
        var model = FloatModel.Read(request.Card);
        var view = new GraphView(model.Graph);
        LayerGroup[] groups = [.. LayerGroup.AllOf(view).Where(g => g.Layers.All(form.Takes))];
        if (groups.Length == 0) throw new QuantizationException($"The model {request.Card.Path} cannot be quantised: {form.WhyNone}.");
        var (calibrate, evaluate) = (request.Calibrate is { } pictures ? PictureSet.Open(pictures) : null, PictureSet.Open(request.Evaluate));
        // Before anything is computed: what overlaps is refused whatever comes of it.
        var overlap = calibrate is null ? [] : PictureOverlap.Of(calibrate, evaluate, cancellation);
        var seen = calibrate?.Names.Count ?? 0;
        Say(QuantizationPhase.Read, 1, 1, $"{groups.Sum(g => g.Layers.Count)} layers in {groups.Length} groups; {(seen == 0 ? "no" : seen)} pictures to calibrate on, {evaluate.Names.Count} to evaluate on");
        if (Gate.OverlapRefusal(overlap) is { } why) return Report(seen) with { Refusals = [why] };
        if (form.NeedsRanges && seen == 1) _warnings.Add("one picture alone says little of the ranges that activations take");
        var calibrated = form.NeedsRanges ? Calibrate(model, calibrate!) : CalibratedModel.Of(model, new Dictionary<string, ActivationStatistics>(), _methods);
        var known = calibrate is null ? null : Truth(calibrate, request.CalibrateTruth ?? Beside(request.Calibrate!));
        using var trials = new Trials(request.Card, calibrated, groups, known, form, library, folder, cancellation);
        var sensitivities = known is null ? [.. groups.Select(g => new Sensitivity(g, double.NaN, null))] : Sensitivities(trials, groups, view, calibrate!);
        var chosen = known is null ? All(groups) : Choose(trials, sensitivities, view);
        var report = Report(seen) with
        {
            Method = form.NeedsRanges ? chosen.Set.Method : null, BiasesCorrected = chosen.Set.Corrected, Equalised = [.. _equalised.Select(p => p.Name)],
            Layers = LayerTable.Of(view, sensitivities, chosen.Set, form.WhyLeft), Steps = [.. _steps.Select(s => ReferenceEquals(s, chosen.Step) ? s with { Chosen = true } : s)],
        };
        return Judge(report, trials, chosen.Set, Truth(evaluate, request.Truth ?? Beside(request.Evaluate)));
    }

    private QuantizationReport Report(int pictures) => new()
    {
        Model = request.Card.Path, ModelContent = _content ?? "", Kind = request.Card.Kind, Profile = request.Profile, Scheme = request.Scheme,
        MaxLoss = request.MaxLoss, CalibrationPictures = pictures, Warnings = _warnings,
    };

    private static string? ContentOf(string path)
    {
        try
        {
            return ModelFingerprint.Of(path).Hex;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // Whoever reads the model says what is wrong with it.
            return null;
        }
    }

    /// <summary>A COCO file that lies beside a detector's folder under its name.</summary>
    private string? Beside(string pictures) => request.Card.IsDetector && QuantizationRequest.TruthBeside(pictures) is var file && File.Exists(file) ? file : null;

    private TaskTruth Truth(PictureSet pictures, string? file)
    {
        using var model = new OnnxModelRuntime().Load(request.Card with { Providers = [ExecutionProvider.Cpu] }, cancellation);
        var truth = TaskTruth.Read(request.Card, pictures, file, model.Report.Labels, model.Report.Classes);
        _warnings.AddRange(truth.Warnings);
        return truth;
    }

    private CalibratedModel Calibrate(ModelProto model, PictureSet pictures)
    {
        var total = pictures.Names.Count * 2;
        var seen = Watch(model, Floats(model, Calibrator.Watched(model)), pictures, p => _warnings.Add($"picture '{p.Name}' cannot be used: {p.Reason}"), done => Say(QuantizationPhase.Calibrate, done, total));
        var constant = seen.Where(s => s.Value.IsConstant).Select(s => s.Key).ToArray();
        if (constant.Length > 0) _warnings.Add($"{constant.Length} values never changed on the calibration pictures ('{constant[0]}' and others): more varied pictures may show more");
        Say(QuantizationPhase.Calibrate, total, total, $"{seen.Count} activations");
        return CalibratedModel.Of(model, seen, _methods);
    }

    private IReadOnlyDictionary<string, ActivationStatistics> Watch(ModelProto model, IEnumerable<string> values, PictureSet pictures, Action<UnreadablePicture> unreadable, Action<int> done)
    {
        using var probe = new ActivationProbe(Probed(model, values), request.Card.Input);
        return Calibrator.Watch(probe, pictures, unreadable, done, cancellation);
    }

    /// <summary>Those of some values that are floats: sizes that are worked out from shapes go through operators that activations go through too.</summary>
    private string[] Floats(ModelProto model, IReadOnlyList<string> values)
    {
        using var session = Probed(model, values);
        var others = session.Outputs.Where(o => o.Type != TensorElementType.Float).Select(o => o.Name).ToHashSet(StringComparer.Ordinal);
        return [.. values.Where(v => !others.Contains(v))];
    }

    private INativeSession Probed(ModelProto model, IEnumerable<string> values)
    {
        var path = Path.Combine(folder, "probe.onnx");
        GraphFile.Write(ActivationProbe.Exposing(model, values), path);
        return library.Open(path, new SessionPlan { Provider = ExecutionProvider.Cpu }, cancellation);
    }

    private IReadOnlyList<Sensitivity> Sensitivities(Trials trials, IReadOnlyList<LayerGroup> groups, GraphView view, PictureSet pictures)
    {
        // The tails that a method cuts off are what makes layers look sensitive: percentile keeps nearly all of them.
        var method = _methods.Contains(RangeMethod.Percentile) ? RangeMethod.Percentile : _methods[0];
        var (analysis, plain) = (new SensitivityAnalysis(trials, groups, method, (done, of) => Say(QuantizationPhase.Sensitivity, done, of), cancellation), trials.Model);
        analysis.TryAll();
        // Of other values than pictures and rows nobody knows which numbers are whose channel's.
        if (form.NeedsRanges) _equalised = analysis.Equalise([.. CrossLayerEqualisation.PairsOf(view).Where(p => plain.Channels.ContainsKey(p.Value))], plain, Equalised);
        analysis.TakeLosses();
        var loudest = analysis.Found.MaxBy(s => s.Noise)!;
        Say(QuantizationPhase.Sensitivity, groups.Count, groups.Count, $"{loudest.Group.Name} alone leaves {loudest.SignalToNoise:0.0} dB; {_equalised.Count} pairs of layers equalised");
        return analysis.Found;

        CalibratedModel Equalised(IReadOnlyList<EqualisablePair> pairs)
        {
            var model = CrossLayerEqualisation.Apply(plain.Model, pairs, v => plain.Channels[v].Largest);
            return plain.With(model, Watch(model, pairs.SelectMany(p => p.Between), pictures, _ => { }, _ => { }));
        }
    }

    /// <summary>Without pictures to choose on there is one choice.</summary>
    private Trial All(IReadOnlyList<LayerGroup> groups)
    {
        Say(QuantizationPhase.Choose, 1, 1, "all: there are no pictures to choose on");
        return new Trial(LayerSet.All(_methods[0]), new QuantizationStep("all", groups.Sum(g => g.Layers.Count), double.NaN, double.NaN, null, null), double.NaN);
    }

    private Trial Choose(Trials trials, IReadOnlyList<Sensitivity> sensitivities, GraphView view)
    {
        var all = _methods.Select((m, i) => Attempt(QuantizationPhase.Methods, i, _methods.Length, LayerSet.All(m))).ToArray();
        Say(QuantizationPhase.Methods, _methods.Length, _methods.Length);
        var done = 0;
        var chosen = LayerSearch.Find(
            all, sensitivities, request.MaxLoss, LayerGroup.EntrancesOf([.. sensitivities.Select(s => s.Group)], view), form, set => Attempt(QuantizationPhase.Choose, done++, 1 + (_methods.Length * LayerSearch.MostSteps), set));
        Say(QuantizationPhase.Choose, 1, 1, chosen.Step.Name);
        return chosen;

        Trial Attempt(QuantizationPhase phase, int at, int of, LayerSet set)
        {
            Say(phase, Math.Min(at, of - 1), of);
            var trial = trials.Try(set, cancellation);
            _steps.Add(trial.Step);
            return trial;
        }
    }

    private QuantizationReport Judge(QuantizationReport report, Trials trials, LayerSet chosen, TaskTruth truth)
    {
        var (finished, timed) = (Path.Combine(folder, "finished.onnx"), Path.Combine(folder, "timed.onnx"));
        var written = trials.Write(chosen);
        GraphFile.Write(written, finished);
        GraphFile.Write(ActivationProbe.OfOnePicture(written), timed);
        var (accuracy, gain, kernels) = new Prover(request, form, trials, library, folder, Say, cancellation)
            .Prove(finished, timed, [.. report.Layers.Where(l => l.Quantised).Select(l => l.Name)], truth, _warnings.Add);
        string[] changed = ContentOf(request.Card.Path) == _content ? [] : ["the model's file changed while it was quantised, so that what was found is of neither"];
        string[] refusals = [.. changed, .. Gate.Refusals(new GateEvidence(accuracy, gain, kernels, []), request.MaxLoss, request.Unproven, form.Profile, request.MaxTime)];
        report = report with
        {
            Accuracy = accuracy, Gain = gain, Kernels = kernels, Refusals = refusals,
            Warnings = [.. _warnings.Distinct(), .. Gate.Warnings(accuracy, request.MaxLoss), .. refusals.Length == 0 ? Gate.Unproved(gain, kernels) : [], .. refusals.Length == 0 && Gate.Slower(gain) is { } slower ? [slower] : Array.Empty<string>()],
        };
        return refusals.Length > 0 ? report : Publish(report, finished);
    }

    private QuantizationReport Publish(QuantizationReport report, string finished)
    {
        WholeFile.Copy(finished, request.Output);
        return report with { Output = request.Output, OutputContent = ModelFingerprint.Of(request.Output).Hex };
    }

    private void Say(QuantizationPhase phase, int done, int total, string? text = null)
    {
        cancellation.ThrowIfCancellationRequested();
        progress(new QuantizationProgress(phase, done, total, text));
    }
}
