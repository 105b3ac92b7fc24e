using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Evaluation;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;

namespace ActorPipeline.Quantization;

/// <summary>One quantisation from the model's file to the report, phase after phase.</summary>
/// <param name="request">What is asked for.</param>
/// <param name="library">Runs models.</param>
/// <param name="folder">Gets what is written meanwhile; whoever made it removes it.</param>
/// <param name="progress">Told how far it is.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class QuantizationRun(
    QuantizationRequest request, IOnnxLibrary library, string folder, Action<QuantizationProgress> progress, CancellationToken cancellation)
{
    private readonly List<string> _warnings = [];
    private readonly List<QuantizationStep> _steps = [];
    private IReadOnlyList<EqualisablePair> _equalised = [];

    /// <summary>Does it all.</summary>
    public QuantizationReport Run()
    {
        Say(QuantizationPhase.Read, 0, 1);
        var model = FloatModel.Read(request.Card);
        var view = new GraphView(model.Graph);
        var groups = LayerGroup.AllOf(view);
        var (calibrate, evaluate) = (PictureSet.Open(request.Calibrate), PictureSet.Open(request.Evaluate));
        // Before anything is computed: what overlaps is refused whatever comes of it.
        var overlap = PictureOverlap.Of(calibrate, evaluate, cancellation);
        Say(QuantizationPhase.Read, 1, 1, $"{groups.Sum(g => g.Layers.Count)} layers in {groups.Count} groups; {calibrate.Names.Count} pictures to calibrate on, {evaluate.Names.Count} to evaluate on");
        if (Gate.OverlapRefusal(overlap) is { } why) return Report(calibrate.Names.Count) with { Refusals = [why] };
        if (calibrate.Names.Count == 1) _warnings.Add("one picture alone says little of the ranges that activations take");
        var calibrated = Calibrate(model, calibrate);
        using var trials = new Trials(request.Card, calibrated, groups, Truth(calibrate, request.CalibrateTruth ?? Beside(request.Calibrate)), library, folder, cancellation);
        var sensitivities = Sensitivities(trials, groups, view, calibrate);
        var chosen = Choose(trials, sensitivities, view);
        var report = Report(calibrate.Names.Count) with
        {
            Method = chosen.Set.Method, BiasesCorrected = chosen.Set.Corrected, Equalised = [.. _equalised.Select(p => p.Name)], Layers = Layers(sensitivities, chosen, view),
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

    private CalibratedModel Calibrate(ModelProto model, PictureSet pictures)
    {
        var seen = Watch(model, Calibrator.Watched(model), pictures, p => _warnings.Add($"picture '{p.Name}' cannot be used: {p.Reason}"), done => Say(QuantizationPhase.Calibrate, done, pictures.Names.Count * 2));
        var constant = seen.Where(s => s.Value.IsConstant).Select(s => s.Key).ToArray();
        if (constant.Length > 0) _warnings.Add($"{constant.Length} values never changed on the calibration pictures ('{constant[0]}' and others): more varied pictures may show more");
        Say(QuantizationPhase.Calibrate, pictures.Names.Count * 2, pictures.Names.Count * 2, $"{seen.Count} activations");
        return CalibratedModel.Of(model, seen, request.Methods.Distinct());
    }

    private IReadOnlyDictionary<string, ActivationStatistics> Watch(ModelProto model, IEnumerable<string> values, PictureSet pictures, Action<UnreadablePicture> unreadable, Action<int> done)
    {
        var path = Path.Combine(folder, "probe.onnx");
        GraphFile.Write(ActivationProbe.Exposing(model, values), path);
        using var probe = new ActivationProbe(library.Open(path, new SessionPlan { Provider = ExecutionProvider.Cpu }, cancellation), request.Card.Input);
        return Calibrator.Watch(probe, pictures, unreadable, done, cancellation);
    }

    private IReadOnlyList<Sensitivity> Sensitivities(Trials trials, IReadOnlyList<LayerGroup> groups, GraphView view, PictureSet pictures)
    {
        // The tails that a method cuts off are what makes layers look sensitive: percentile keeps nearly all of them.
        var method = request.Methods.Contains(RangeMethod.Percentile) ? RangeMethod.Percentile : request.Methods[0];
        var (analysis, plain) = (new SensitivityAnalysis(trials, groups, method, (done, of) => Say(QuantizationPhase.Sensitivity, done, of), cancellation), trials.Model);
        analysis.TryAll();
        _equalised = analysis.Equalise(CrossLayerEqualisation.PairsOf(view), plain, Equalised);
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

    private Trial Choose(Trials trials, IReadOnlyList<Sensitivity> sensitivities, GraphView view)
    {
        var methods = request.Methods.Distinct().ToArray();
        var all = methods.Select((m, i) => Attempt(QuantizationPhase.Methods, i, methods.Length, LayerSet.All(m))).ToArray();
        Say(QuantizationPhase.Methods, methods.Length, methods.Length);
        var first = sensitivities.Select(s => s.Group).FirstOrDefault(g => view.Graph.Input.Any(i => i.Name == g.Layers[0].Node.Input[0]));
        var done = 0;
        var chosen = LayerSearch.Find(all, sensitivities, request.MaxLoss, first, set => Attempt(QuantizationPhase.Choose, done++, 1 + (methods.Length * LayerSearch.MostSteps), set));
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

    private static QuantizedLayer[] Layers(IReadOnlyList<Sensitivity> sensitivities, Trial chosen, GraphView view)
    {
        var byGroup = sensitivities.ToDictionary(s => s.Group.Name, StringComparer.Ordinal);
        var order = Layer.AllOf(view).Select((l, i) => (l.Output, i)).ToDictionary(l => l.Output, l => l.i, StringComparer.Ordinal);
        return
        [
            .. sensitivities.SelectMany(s => s.Group.Layers.Select(l => (s.Group, Layer: l))).OrderBy(l => order[l.Layer.Output]).Select(l =>
            {
                var (quantised, sensitivity) = (!chosen.Set.Float.Contains(l.Group), byGroup[l.Group.Name]);
                var why = quantised ? $"{sensitivity.SignalToNoise:0.0} dB alone: inside the bound with the others"
                    : chosen.Set.ForSpeed.Contains(l.Group) ? "quicker among floats" : $"{sensitivity.SignalToNoise:0.0} dB alone: too noisy";
                return new QuantizedLayer(l.Layer.Name, l.Layer.Op, l.Group.Name, l.Layer.Weights.Count(), quantised, why, sensitivity.SignalToNoise, sensitivity.Loss);
            }),
        ];
    }

    private QuantizationReport Prove(QuantizationReport report, Trials trials, Trial chosen, TaskTruth truth)
    {
        var finished = Path.Combine(folder, "finished.onnx");
        GraphFile.Write(trials.Write(chosen.Set), finished);
        Say(QuantizationPhase.Evaluate, 0, 3);
        var given = trials.Answers(request.Card.Path, truth.Pictures, cancellation);
        Say(QuantizationPhase.Evaluate, 1, 3);
        var accuracy = AccuracyComparison.Of(truth, given, trials.Answers(finished, truth.Pictures, cancellation));
        Say(QuantizationPhase.Evaluate, 3, 3, $"{accuracy.Metric} {accuracy.Float:0.00} to {accuracy.Quantised:0.00}");
        Say(QuantizationPhase.Prove, 0, 2);
        var times = Times(trials, finished);
        Say(QuantizationPhase.Prove, 1, 2);
        var gain = new GainFinding(new FileInfo(request.Card.Path).Length, new FileInfo(finished).Length, times.First, times.Second, times.Share);
        var kernels = Kernels(trials, finished, [.. report.Layers.Where(l => l.Quantised).Select(l => l.Name)]);
        Say(QuantizationPhase.Prove, 2, 2, $"{times.Share:0.000} of the float engine's time");
        var refusals = Gate.Refusals(new GateEvidence(accuracy, gain, kernels, []), request.MaxLoss, request.Unproven);
        report = report with
        {
            Accuracy = accuracy, Gain = gain, Kernels = kernels, Refusals = refusals, Warnings = [.. _warnings.Distinct(), .. Gate.Warnings(accuracy, request.MaxLoss)],
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
