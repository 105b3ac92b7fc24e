using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Evaluation;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

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
    // More would not tell a good set from a bad one any better, and each costs an examination for each group.
    private const int LossesFor = 24;

    private readonly List<string> _warnings = [];
    private readonly List<QuantizationStep> _steps = [];

    /// <summary>The methods that are tried; one stands for none where ranges are not asked for.</summary>
    private readonly RangeMethod[] _methods = form.NeedsRanges ? [.. request.Methods.Distinct()] : [RangeMethod.MinMax];

    /// <summary>Does it all.</summary>
    public QuantizationReport Run()
    {
        Say(QuantizationPhase.Read, 0, 1);
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
        var ranges = form.NeedsRanges ? Calibrate(model, calibrate!) : new() { [_methods[0]] = new Dictionary<string, ActivationRange>() };
        var known = calibrate is null ? null : Truth(calibrate, request.CalibrateTruth ?? Beside(request.Calibrate!));
        using var trials = new Trials(request.Card, model, groups, ranges, known, form, library, folder, cancellation);
        var sensitivities = known is null ? All(groups, out var chosen) : Choose(trials, groups, view, out chosen);
        var report = Report(seen) with
        {
            Method = form.NeedsRanges ? chosen.Method : null, Layers = UntouchedLayers.Added(Layers(sensitivities, chosen, view), view, form.WhyLeft),
            Steps = [.. _steps.Select(s => ReferenceEquals(s, chosen.Step) ? s with { Chosen = true } : s)],
        };
        return Prove(report, trials, chosen, Truth(evaluate, request.Truth ?? Beside(request.Evaluate)));
    }

    private QuantizationReport Report(int pictures) => new()
    {
        Model = request.Card.Path, ModelContent = ModelFingerprint.Of(request.Card.Path).Hex, Kind = request.Card.Kind, Profile = request.Profile, Scheme = request.Scheme,
        MaxLoss = request.MaxLoss, CalibrationPictures = pictures, Warnings = _warnings,
    };

    /// <summary>A COCO file that lies beside a detector's folder under its name.</summary>
    private string? Beside(string pictures) => request.Card.IsDetector && $"{Path.TrimEndingDirectorySeparator(pictures)}.json" is var file && File.Exists(file) ? file : null;

    private TaskTruth Truth(PictureSet pictures, string? file)
    {
        using var model = new OnnxModelRuntime().Load(request.Card with { Providers = [ExecutionProvider.Cpu] }, cancellation);
        var truth = TaskTruth.Read(request.Card, pictures, file, model.Report.Labels, model.Report.Classes);
        _warnings.AddRange(truth.Warnings);
        return truth;
    }

    private Dictionary<RangeMethod, IReadOnlyDictionary<string, ActivationRange>> Calibrate(ModelProto model, PictureSet pictures)
    {
        var path = Path.Combine(folder, "probe.onnx");
        GraphFile.Write(ActivationProbe.Exposing(model, Calibrator.Watched(model)), path);
        using var probe = new ActivationProbe(library.Open(path, new SessionPlan { Provider = ExecutionProvider.Cpu }, cancellation), request.Card.Input);
        var total = pictures.Names.Count * 2;
        var seen = Calibrator.Watch(probe, pictures, p => _warnings.Add($"picture '{p.Name}' cannot be used: {p.Reason}"), done => Say(QuantizationPhase.Calibrate, done, total), cancellation);
        var constant = seen.Where(s => s.Value.IsConstant).Select(s => s.Key).ToArray();
        if (constant.Length > 0) _warnings.Add($"{constant.Length} values never changed on the calibration pictures ('{constant[0]}' and others): more varied pictures may show more");
        Say(QuantizationPhase.Calibrate, total, total, $"{seen.Count} activations");
        return _methods.ToDictionary(
            m => m, m => (IReadOnlyDictionary<string, ActivationRange>)seen.ToDictionary(s => s.Key, s => RangeFinder.Of(s.Value, m), StringComparer.Ordinal));
    }

    /// <summary>Without pictures to choose on there is one choice.</summary>
    private Sensitivity[] All(IReadOnlyList<LayerGroup> groups, out Trial chosen)
    {
        chosen = new Trial(_methods[0], [], new QuantizationStep("all", groups.Sum(g => g.Layers.Count), double.NaN, double.NaN, null, null));
        Say(QuantizationPhase.Choose, 1, 1, "all: there are no pictures to choose on");
        return [.. groups.Select(g => new Sensitivity(g, double.NaN, null))];
    }

    private IReadOnlyList<Sensitivity> Choose(Trials trials, IReadOnlyList<LayerGroup> groups, GraphView view, out Trial chosen)
    {
        var methods = _methods;
        var tried = new List<Trial>();
        var all = methods.Select((m, i) => Attempt(QuantizationPhase.Methods, i, methods.Length, $"{LayerSearch.Word(m)}, all", m, [])).ToArray();
        // The tails that a method cuts off are what makes layers look sensitive: percentile keeps nearly all of them.
        var method = methods.Contains(RangeMethod.Percentile) ? RangeMethod.Percentile : methods[0];
        var found = new List<Sensitivity>();
        foreach (var group in groups)
        {
            Say(QuantizationPhase.Sensitivity, found.Count, groups.Count);
            found.Add(trials.Alone(group, method, withLoss: groups.Count <= LossesFor, cancellation));
        }
        if (groups.Count > LossesFor)
        {
            foreach (var worst in found.OrderByDescending(s => s.Noise).Take(LossesFor).ToArray())
                found[found.IndexOf(worst)] = trials.Alone(worst.Group, method, withLoss: true, cancellation);
        }
        var loudest = found.MaxBy(s => s.Noise)!;
        Say(QuantizationPhase.Sensitivity, groups.Count, groups.Count, $"{loudest.Group.Name} alone leaves {loudest.SignalToNoise:0.0} dB");
        // Left float for its speed, which is to be seen.
        var first = !form.RunsHere ? null : groups.FirstOrDefault(g => view.Graph.Input.Any(i => i.Name == g.Layers[0].Node.Input[0]));
        var done = 0;
        chosen = LayerSearch.Find(all, found, request.MaxLoss, first, (name, m, floats) => Attempt(QuantizationPhase.Choose, done++, 1 + (methods.Length * LayerSearch.MostSteps), name, m, floats));
        if (!form.RunsHere) chosen = TrialChoice.MostLayers(tried, request.MaxLoss);
        Say(QuantizationPhase.Choose, 1, 1, chosen.Step.Name);
        return found;

        Trial Attempt(QuantizationPhase phase, int at, int of, string name, RangeMethod m, IReadOnlyList<LayerGroup> floats)
        {
            Say(phase, Math.Min(at, of - 1), of);
            // A method that finds ranges is not worth a word where there are none.
            if (!form.NeedsRanges) name = name.Replace($"{LayerSearch.Word(m)}, ", "", StringComparison.Ordinal);
            var trial = trials.Try(name, m, floats, cancellation);
            tried.Add(trial);
            _steps.Add(trial.Step);
            if (phase == QuantizationPhase.Methods && at == of - 1) Say(phase, of, of);
            return trial;
        }
    }

    private QuantizedLayer[] Layers(IReadOnlyList<Sensitivity> sensitivities, Trial chosen, GraphView view)
    {
        var byGroup = sensitivities.ToDictionary(s => s.Group.Name, StringComparer.Ordinal);
        var order = Layer.AllOf(view).Select((l, i) => (l.Output, i)).ToDictionary(l => l.Output, l => l.i, StringComparer.Ordinal);
        return
        [
            .. sensitivities.SelectMany(s => s.Group.Layers.Select(l => (s.Group, Layer: l))).OrderBy(l => order[l.Layer.Output]).Select(l =>
            {
                var (quantised, sensitivity) = (!chosen.Float.Contains(l.Group), byGroup[l.Group.Name]);
                double? alone = double.IsNaN(sensitivity.SignalToNoise) ? null : sensitivity.SignalToNoise;
                var why = alone is null ? "not known alone" : quantised ? $"{alone:0.0} dB alone: inside the bound with the others" : $"{alone:0.0} dB alone{(form.RunsHere ? ", or quicker among floats" : "")}";
                return new QuantizedLayer(l.Layer.Name, l.Layer.Op, l.Group.Name, l.Layer.Weights.Count(), quantised, why, alone, sensitivity.Loss);
            }),
        ];
    }

    private QuantizationReport Prove(QuantizationReport report, Trials trials, Trial chosen, TaskTruth truth)
    {
        var layers = trials.LayersWithout(chosen.Float);
        var finished = Path.Combine(folder, "finished.onnx");
        GraphFile.Write(trials.Write(chosen.Method, layers), finished);
        string[] quantised = [.. report.Layers.Where(l => l.Quantised).Select(l => l.Name)];
        Say(QuantizationPhase.Evaluate, 0, 3);
        // Where the device is there, it is what answers.
        var device = form.RunsHere ? null : TensorRtProof.Of(
            request.Card, library, trials.FloatPath, finished, quantised, folder,
            why => _warnings.Add($"TensorRT is not to be had here ({why}): what is lost was judged on the processor, in floats rounded as its integers are"), cancellation);
        var given = trials.Answers(request.Card.Path, truth.Pictures, cancellation);
        Say(QuantizationPhase.Evaluate, 1, 3);
        var accuracy = AccuracyComparison.Of(truth, given, trials.Answers(finished, truth.Pictures, cancellation, device is null ? ExecutionProvider.Cpu : ExecutionProvider.TensorRt));
        Say(QuantizationPhase.Evaluate, 3, 3, $"{accuracy.Metric} {accuracy.Float:0.00} to {accuracy.Quantised:0.00}");
        Say(QuantizationPhase.Prove, 0, 2);
        var times = form.RunsHere ? Times(trials, finished) : device?.Times;
        Say(QuantizationPhase.Prove, 1, 2);
        var gain = new GainFinding(new FileInfo(request.Card.Path).Length, new FileInfo(finished).Length, times?.First, times?.Second, times?.Share);
        var kernels = form.RunsHere ? Kernels(trials, finished, quantised) : device?.Kernels;
        Say(QuantizationPhase.Prove, 2, 2, times is null ? "cannot be timed here" : $"{times.Share:0.000} of the float engine's time");
        var refusals = Gate.Refusals(new GateEvidence(accuracy, gain, kernels, []), request.MaxLoss, request.Unproven, form.Profile);
        report = report with
        {
            Accuracy = accuracy, Gain = gain, Kernels = kernels, Refusals = refusals,
            Warnings = [.. _warnings.Distinct(), .. Gate.Warnings(accuracy, request.MaxLoss), .. refusals.Count == 0 ? Gate.Unproved(gain, kernels) : []],
        };
        return refusals.Count > 0 ? report : Publish(report, finished);
    }

    private RunTimes Times(Trials trials, string finished)
    {
        using var model = trials.Open(trials.FloatPath);
        using var quantised = trials.Open(finished);
        return RunTimes.Of(model.RunAgain, quantised.RunAgain, rounds: 15, runs: 15, cancellation);
    }

    private KernelFinding? Kernels(Trials trials, string finished, IReadOnlyList<string> layers)
    {
        using var session = trials.Open(finished, Path.Combine(folder, "profile"));
        session.RunAgain();
        return session.EndProfile() is { } file ? KernelProfile.Read(File.ReadAllText(file), layers) : null;
    }

    /// <summary>There whole or not at all: written beside its place, then moved.</summary>
    private QuantizationReport Publish(QuantizationReport report, string finished)
    {
        var draft = $"{request.Output}.draft";
        try
        {
            File.Copy(finished, draft, overwrite: true);
            File.Move(draft, request.Output, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
        return report with { Output = request.Output, OutputContent = ModelFingerprint.Of(request.Output).Hex };
    }

    private void Say(QuantizationPhase phase, int done, int total, string? text = null)
    {
        cancellation.ThrowIfCancellationRequested();
        progress(new QuantizationProgress(phase, done, total, text));
    }
}
