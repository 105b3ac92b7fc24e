using ActorPipeline.Catalog;
using ActorPipeline.Engines.Graph;
using ActorPipeline.Evaluation;
using ActorPipeline.Inference;
using ActorPipeline.Onnx;
using ActorPipeline.Onnx.Native;
using ActorPipeline.Vision;

namespace ActorPipeline.Quantization;

/// <summary>Tries sets of layers on the calibration pictures: writes the model, has it answer, times it against the float one. Used by one thread.</summary>
internal sealed class Trials : IDisposable
{
    /// <summary>Pictures on which noise at the outputs is measured: of a set, and of each group alone. They are spread over the folder, where neighbours are often alike.</summary>
    private const int Watched = 32, WatchedAlone = 8;

    private readonly ModelCard _card;
    private readonly IReadOnlyList<LayerGroup> _groups;
    private readonly TaskTruth? _truth;
    private readonly QuantizedForm _form;
    private readonly IOnnxLibrary _library;
    private readonly string _folder;
    private readonly ActivationProbe _float;
    private readonly string[] _outputs;
    private readonly string[] _watched = [];
    private readonly Dictionary<string, float[][]> _expected = new(StringComparer.Ordinal);
    private readonly ITaskMetric? _metric;
    private readonly double _floatScore = double.NaN;

    /// <summary>Has the float model answer first. Without pictures (<paramref name="truth"/> null) nothing is known of losses.</summary>
    public Trials(
        ModelCard card, CalibratedModel model, IReadOnlyList<LayerGroup> groups, TaskTruth? truth, QuantizedForm form, IOnnxLibrary library, string folder, CancellationToken cancellation)
    {
        (_card, Model, _groups, _truth, _form, _library, _folder) = (card, model, groups, truth, form, library, folder);
        FloatPath = Path.Combine(folder, "float.onnx");
        GraphFile.Write(ActivationProbe.OfOnePicture(model.Model), FloatPath);
        _outputs = [.. model.Model.Graph.Output.Select(o => o.Name)];
        _float = Open(FloatPath);
        if (truth is null) return;
        var answers = Answers(FloatPath, truth.Pictures, cancellation);
        _metric = truth.Metrics(answers)[0];
        _floatScore = _metric.ScoreAll(answers);
        _watched = Spread([.. answers.Select(a => a.Picture)], Watched);
        foreach (var picture in truth.Pictures.Only(_watched.Contains).Read(null, cancellation))
        {
            _float.Run(picture.View);
            _expected[picture.Name] = [.. _outputs.Select(o => _float.Value(o).ToArray())];
        }
    }

    /// <summary>The prepared float model's file, for one picture.</summary>
    public string FloatPath { get; }

    /// <summary>The names of the layers that are quantised where some groups are left float.</summary>
    public HashSet<string> LayersWithout(IReadOnlyList<LayerGroup> floats) => [.. _groups.Except(floats).SelectMany(g => g.Layers).Select(l => l.Output)];

    /// <summary>What is quantised.</summary>
    public CalibratedModel Model { get; private set; }

    /// <summary>Quantises another form of the same model from now on.</summary>
    public void Use(CalibratedModel model) => Model = model;

    /// <summary>Writes a set.</summary>
    public ModelProto Write(LayerSet set) => Write(set.Method, LayersWithout(set.Float), set.Corrected);

    /// <summary>Tries a set.</summary>
    public Trial Try(LayerSet set, CancellationToken cancellation)
    {
        var path = Save(Write(set));
        var score = Score(path, cancellation);
        using var quantised = Open(path);
        var signal = SignalToNoise(quantised, _watched, cancellation);
        var times = _form.RunsHere ? RunTimes.Of(_float.RunAgain, quantised.RunAgain, rounds: 5, runs: 7, cancellation) : null;
        // A method that finds ranges is not worth a word where there are none.
        var name = _form.NeedsRanges ? set.Name : set.NameWithoutMethod;
        return new Trial(set, new QuantizationStep(name, LayersWithout(set.Float).Count, score, _floatScore - score, times?.Second, times?.Share), signal);
    }

    /// <summary>What a group does alone.</summary>
    /// <param name="group">The group.</param>
    /// <param name="method">The method of its ranges.</param>
    /// <param name="withLoss">Whether the task's metric is taken too.</param>
    /// <param name="cancellation">Noticed between pictures.</param>
    public Sensitivity Alone(LayerGroup group, RangeMethod method, bool withLoss, CancellationToken cancellation)
    {
        var path = Save(Write(method, group.Layers.Select(l => l.Output).ToHashSet(StringComparer.Ordinal), corrected: false));
        using var quantised = Open(path);
        var signal = SignalToNoise(quantised, Spread(_watched, WatchedAlone), cancellation);
        return new Sensitivity(group, signal, withLoss ? _floatScore - Score(path, cancellation) : null);
    }

    /// <summary>A model's answers to those pictures that can be read.</summary>
    public IReadOnlyList<Answer> Answers(
        string path, PictureSet pictures, CancellationToken cancellation, ExecutionProvider provider = ExecutionProvider.Cpu, Action<UnreadablePicture>? unreadable = null)
    {
        using var model = new OnnxModelRuntime(arena: true) { Entries = _form.Entries }.Load(Examiner.CardFor(_card) with { Path = path, Providers = [provider] }, cancellation);
        return Examiner.Examine(model, pictures, cancellation, unreadable: unreadable);
    }

    /// <summary>Opens a session on a file.</summary>
    public ActivationProbe Open(string path, string? profileTo = null) =>
        new(_library.Open(path, new SessionPlan { Provider = ExecutionProvider.Cpu, Arena = true, ProfileTo = profileTo, Entries = _form.Entries }, CancellationToken.None), _card.Input);

    /// <inheritdoc/>
    public void Dispose() => _float.Dispose();

    private ModelProto Write(RangeMethod method, IReadOnlySet<string> layers, bool corrected) => _form.Write(
        Model.Model, new QdqPlan(layers, Model.Ranges(method), _form.Profile) { Channels = corrected ? Model.Channels : null });

    /// <summary>The metric; no number where nothing is known of losses, or the set gives what is no answer, which is reason enough not to take it.</summary>
    private double Score(string path, CancellationToken cancellation)
    {
        try
        {
            return _metric?.ScoreAll(Answers(path, _truth!.Pictures, cancellation)) ?? double.NaN;
        }
        catch (EvaluationException)
        {
            return double.NaN;
        }
    }

    private string Save(ModelProto model)
    {
        var path = Path.Combine(_folder, "try.onnx");
        GraphFile.Write(ActivationProbe.OfOnePicture(model), path);
        return path;
    }

    private static string[] Spread(IReadOnlyList<string> names, int count)
    {
        count = Math.Min(count, names.Count);
        return [.. Enumerable.Range(0, count).Select(i => names[i * names.Count / count])];
    }

    /// <summary>Decibels at the outputs, over all pictures that are watched.</summary>
    private double SignalToNoise(ActivationProbe quantised, IReadOnlyList<string> watched, CancellationToken cancellation)
    {
        double signal = 0, noise = 0;
        foreach (var picture in _truth!.Pictures.Only(watched.Contains).Read(null, cancellation))
        {
            quantised.Run(picture.View);
            for (var o = 0; o < _outputs.Length; o++) Add(_expected[picture.Name][o], quantised.Value(_outputs[o]));
        }
        // Noise that is no number stays none: it is not the same as none at all.
        return noise == 0 ? 200 : 10 * Math.Log10(signal / noise);

        void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
        {
            for (var i = 0; i < expected.Length; i++)
            {
                signal += (double)expected[i] * expected[i];
                var difference = (double)expected[i] - found[i];
                noise += difference * difference;
            }
        }
    }
}
