using ActorPipeline.Catalog;
using ActorPipeline.Quantization;

namespace ActorPipeline.Hosting.Configuration;

/// <summary><c>models.NAME</c> to cards.</summary>
/// <param name="report">Gets what is wrong.</param>
/// <param name="baseDirectory">What relative paths are relative to.</param>
/// <param name="registry">Knows the variants that have a name alone; null where each model is to have the form in its own path alone.</param>
internal sealed class ModelBinder(SettingsReport report, string baseDirectory, IVariantRegistry? registry)
{
    internal static readonly ValueKind<IReadOnlyList<ExecutionProvider>> ProvidersKind = ValueKind.List(
        "a list of tensorrt, cuda, cpu, none twice",
        ValueKind.Enum<ExecutionProvider>(),
        providers => providers.Count > 0 && providers.Distinct().Count() == providers.Count);

    private static readonly ValueKind<IReadOnlyList<float>> MeanKind = ValueKind.List(
        "a list of three numbers from -100000 to 100000", ValueKind.Float(-100_000, 100_000), list => list.Count == 3);

    private static readonly ValueKind<IReadOnlyList<float>> StdKind = ValueKind.List(
        "a list of three numbers from -100000 to 100000, none of them 0", ValueKind.Float(-100_000, 100_000), list => list.Count == 3 && list.All(value => value != 0));

    private readonly Dictionary<ModelId, ModelCard> _cards = [];
    private readonly OrderedDictionary<string, ModelKind?> _kinds = [];
    private readonly Dictionary<string, SourcePosition> _positions = [];

    /// <summary>The cards, those with faults too: the report says whether they can be used.</summary>
    public IReadOnlyDictionary<ModelId, ModelCard> Cards => _cards;

    /// <summary>Every model that is named, with its kind where that could be read.</summary>
    public IReadOnlyDictionary<string, ModelKind?> Kinds => _kinds;

    /// <summary>Whether names may be missing from <see cref="Kinds"/> because something about the section itself is wrong.</summary>
    public bool Doubtful { get; private set; }

    /// <summary>Reads all models.</summary>
    public void Bind(SettingsReader section)
    {
        Doubtful = section.IsWrong || report.Unbalanced;
        foreach (var (name, reader) in section.Named())
        {
            _positions[name] = reader.Position;
            var card = Card(new ModelId(name), reader);
            _cards[card.Id] = card;
        }
    }

    /// <summary>Warns of models that no pipeline uses.</summary>
    public void WarnUnused(IReadOnlySet<string> used)
    {
        foreach (var name in _kinds.Keys.Where(name => !used.Contains(name)))
        {
            report.Warn(_positions[name], $"actor-pipeline.models.{name}", "no pipeline uses this model");
        }
    }

    private ModelCard Card(ModelId id, SettingsReader reader)
    {
        var path = reader.File("path", "the path of an ONNX file", required: true);
        var labels = reader.File("labels", "the path of a text file with one label a line", required: false);
        var hasKind = reader.TryRead("kind", ValueKind.Enum<ModelKind>(), true, out var kind);
        _kinds[id.Value] = hasKind ? kind : null;
        var standard = new ModelCard { Id = id, Path = "", Kind = kind };
        // What is registered belongs to a kind: where that is wrong one fault is enough.
        var variants = new VariantBinder(reader, baseDirectory, hasKind ? registry : null);
        var card = new ModelCard
        {
            Id = id,
            Path = path is null ? "" : PathRules.Resolve(path, baseDirectory),
            Kind = kind,
            LabelsPath = labels is null ? null : PathRules.Resolve(labels, baseDirectory),
            Providers = reader.Read("providers", ProvidersKind, standard.Providers),
            Device = DeviceBinder.Read(reader.Section("device")),
            Input = Input(reader.Section("input"), InputSettings.DefaultFor(kind), kind),
            Db = Db(reader.Section("db")),
            MaxCharacters = reader.Read("max-characters", ValueKind.Int(1, 256), standard.MaxCharacters),
            ScoreThreshold = reader.Read("score-threshold", ValueKind.Float(0, 1), standard.ScoreThreshold),
            NmsIou = reader.Read("nms-iou", ValueKind.Float(0, 1), standard.NmsIou),
            MaxDetections = reader.Read("max-detections", ValueKind.Int(1, 1000), standard.MaxDetections),
            Top = reader.Read("top", ValueKind.Int(1, 20), standard.Top),
            MaxBatch = reader.Read("batch", ValueKind.IntOrAuto(1, BatchSizes.Most), standard.MaxBatch),
            Pin = reader.Read("pin", ValueKind.Bool, standard.Pin),
            Priority = reader.Read("priority", ValueKind.Int(-100, 100), standard.Priority),
            Merge = reader.Read("merge", ValueKind.Bool, standard.Merge),
            Footprint = Footprint(reader.Section("footprint"), declared: reader.Has("footprint")),
        };
        card = variants.Bind(card);
        reader.Done();
        return card;
    }

    private static InputSettings Input(SettingsReader reader, InputSettings standard, ModelKind kind)
    {
        var input = new InputSettings
        {
            Channels = reader.Read("channels", ValueKind.Enum<ChannelOrder>(), standard.Channels),
            Mean = reader.Read("mean", MeanKind, standard.Mean),
            Std = reader.Read("std", StdKind, standard.Std),
            Resize = reader.Read("resize", ValueKind.Enum<ResizeMode>(), standard.Resize),
            Width = reader.Read("width", ValueKind.IntOrAuto(1, 8192), standard.Width),
            Height = reader.Read("height", ValueKind.IntOrAuto(1, 8192), standard.Height),
        };
        if (kind == ModelKind.Db)
        {
            RequireWhole(reader, "width", input.Width);
            RequireWhole(reader, "height", input.Height);
        }
        reader.Done();
        return input;
    }

    /// <summary>A text detector halves its input five times.</summary>
    private static void RequireWhole(SettingsReader reader, string key, int? pixels)
    {
        if (pixels % 32 is not (null or 0)) reader.Error(key, $"{key} = {pixels} of a model of kind db has to be a multiple of 32");
    }

    private static DbSettings Db(SettingsReader reader)
    {
        var standard = new DbSettings();
        var db = new DbSettings
        {
            Threshold = reader.Read("threshold", ValueKind.Float(0, 1), standard.Threshold),
            UnclipRatio = reader.Read("unclip-ratio", ValueKind.Float(0, 5), standard.UnclipRatio),
            MinSize = reader.Read("min-size", ValueKind.Int(1, 100), standard.MinSize),
        };
        reader.Done();
        return db;
    }

    internal static Footprint? Footprint(SettingsReader reader, bool declared)
    {
        var device = reader.Section("device");
        var (host, own) = (Sizes(reader, declared, MemoryPool.Host), Sizes(device, reader.Has("device"), MemoryPool.Device(0)));
        device.Done();
        reader.Done();
        return own is null ? host : host?.Beside(own);
    }

    private static Footprint? Sizes(SettingsReader reader, bool declared, MemoryPool pool)
    {
        var size = ValueKind.Bytes(Bytes.Zero, SettingsBinder.LargestSize);
        // No '&&': each of the three must be read, so that each is checked.
        var complete = reader.TryRead("load", size, declared, out var load)
            & reader.TryRead("resident", size, declared, out var resident)
            & reader.TryRead("run", size, declared, out var run);
        return complete ? Catalog.Footprint.Declared(load, resident, run, pool) : null;
    }
}
