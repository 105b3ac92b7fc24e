using ActorPipeline.Engines;
using ActorPipeline.Memory;
using ActorPipeline.Quantization;
using ActorPipeline.Replacing;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>A whole file to settings: <c>actor-pipeline</c> is bound, <c>akka</c> is passed on.</summary>
internal sealed class SettingsBinder(SettingsReport report, string baseDirectory, bool modelsRequired, IVariantRegistry? registry)
{
    /// <summary>Largest size that any key takes: far beyond any machine, and sums of it do not overflow.</summary>
    public static readonly Bytes LargestSize = MemorySettings.MostBudget;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Binds a file; what is wrong goes to the report, and reads as its default.</summary>
    /// <returns>The settings and the user's <c>akka</c> block.</returns>
    public (ActorPipelineSettings Settings, HoconObject? Akka) Bind(HoconObject root)
    {
        var reader = new SettingsReader(root, report);
        var section = reader.Section("actor-pipeline");
        reader.TryRead("akka", ValueKind.Object("an object { } with settings of Akka.NET"), false, out var akka);
        reader.Done();
        return (Bind(section), akka);
    }

    private ActorPipelineSettings Bind(SettingsReader reader)
    {
        var memory = Memory(reader.Section("memory"));
        var serving = Serving(reader.Section("serving"));
        var replacing = Replacing(reader.Section("replacing"));
        var engines = Engines(reader.Section("engines"));
        var runtime = OnnxRuntime(reader.Section("onnxruntime"));
        var cluster = ClusterBinder.Read(reader.Section("cluster"), baseDirectory);
        var web = WebBinder.Read(reader.Section("web"), baseDirectory);
        var telemetry = TelemetryBinder.Read(reader.Section("telemetry"));
        var pull = PullBinder.Read(reader.Section("pull"), baseDirectory);
        var drain = DrainTimeout(reader.Section("shutdown"));

        var models = new ModelBinder(report, baseDirectory, registry);
        var modelSection = reader.Section("models");
        models.Bind(modelSection);
        if (modelsRequired && models.Kinds.Count == 0 && !modelSection.IsWrong)
        {
            report.Missing(modelSection.Position, reader.PathOf("models"), "there is no model: at least one is needed");
        }

        var pipelines = new PipelineBinder(report, models, baseDirectory).Bind(reader.Section("pipelines"));
        reader.Done();
        return new ActorPipelineSettings
        {
            Memory = memory, Serving = serving, Replacing = replacing, Engines = engines, OnnxRuntime = runtime, Cluster = cluster, Web = web, Telemetry = telemetry, Pull = pull, DrainTimeout = drain, Models = models.Cards,
            Pipelines = pipelines,
        };
    }

    private static MemorySettings Memory(SettingsReader reader)
    {
        var standard = new MemorySettings();
        var settings = new MemorySettings
        {
            Budget = reader.Read("budget", ValueKind.Bytes(MemorySettings.LeastBudget, MemorySettings.MostBudget), standard.Budget),
            DeviceBudget = reader.Read("device-budget", ValueKind.Bytes(Bytes.Zero, LargestSize), standard.DeviceBudget),
            Headroom = reader.Read("headroom", ValueKind.Bytes(Bytes.Zero, LargestSize), standard.Headroom),
            SampleInterval = reader.Read("sample-interval", ValueKind.Duration(Ms(10), Ms(10_000)), standard.SampleInterval),
            ReleaseBound = reader.Read("release-bound", ValueKind.Duration(TimeSpan.Zero, Ms(60_000)), standard.ReleaseBound),
            DeadBand = reader.Read("dead-band", ValueKind.Bytes(Bytes.Zero, LargestSize), standard.DeadBand),
            RiseAfter = reader.Read("rise-after", ValueKind.Duration(TimeSpan.Zero, Ms(600_000)), standard.RiseAfter),
            CriticalStall = reader.Read("critical-stall", ValueKind.Number(0, 100), standard.CriticalStall),
            DebtLimit = reader.Read("debt-limit", ValueKind.Number(0, 1), standard.DebtLimit),
            YieldBound = reader.Read("yield-bound", ValueKind.Duration(Ms(10), Hour), standard.YieldBound),
            Patience = reader.Read("patience", ValueKind.Duration(TimeSpan.Zero, Hour), standard.Patience),
            Policy = reader.Read("policy", ValueKind.Enum<EvictionPolicy>(), standard.Policy),
            Footprints = reader.Read("footprints", ValueKind.Text("the path of a file"), standard.Footprints),
            QuantumSwaps = reader.Read("quantum-swaps", ValueKind.Number(0, 1000), standard.QuantumSwaps),
            FirstQuantum = reader.Read("first-quantum", ValueKind.Duration(TimeSpan.Zero, Ms(60_000)), standard.FirstQuantum),
        };
        reader.Done();
        return settings;
    }

    private static ServingSettings Serving(SettingsReader reader)
    {
        var standard = new ServingSettings();
        var backoff = reader.Section("backoff");
        var settings = new ServingSettings
        {
            Lanes = reader.Read("lanes", ValueKind.Int(0, 64), standard.Lanes),
            RunTimeout = reader.Read("run-timeout", ValueKind.Duration(Ms(10), Hour), standard.RunTimeout),
            LostAfter = reader.Read("lost-after", ValueKind.Duration(Ms(10), Hour), standard.LostAfter),
            LoadTimeout = reader.Read("load-timeout", ValueKind.Duration(Ms(100), Hour), standard.LoadTimeout),
            BackoffMin = backoff.Read("min", ValueKind.Duration(Ms(1), Hour), standard.BackoffMin),
            BackoffMax = backoff.Read("max", ValueKind.Duration(Ms(1), Hour), standard.BackoffMax),
            MaxFailures = reader.Read("max-failures", ValueKind.Int(1, 100), standard.MaxFailures),
        };
        if (settings.BackoffMin > settings.BackoffMax)
        {
            backoff.Error(backoff.Has("min") ? "min" : "max", $"min = {Quantities.Show(settings.BackoffMin)} is more than max = {Quantities.Show(settings.BackoffMax)}");
        }

        backoff.Done();
        reader.Done();
        return settings;
    }

    private static ReplacementSettings Replacing(SettingsReader reader)
    {
        var standard = new ReplacementSettings();
        var settings = new ReplacementSettings
        {
            Samples = reader.Read("samples", ValueKind.Int(1, 1000), standard.Samples),
            Agreement = reader.Read("agreement", ValueKind.Number(0, 1), standard.Agreement),
            Slowdown = reader.Read("slowdown", ValueKind.Number(0.1, 100), standard.Slowdown),
        };
        reader.Done();
        return settings;
    }

    private static EngineSettings Engines(SettingsReader reader)
    {
        var standard = new EngineSettings();
        var settings = new EngineSettings
        {
            Enabled = reader.Read("enabled", ValueKind.Bool, standard.Enabled),
            Folder = reader.Read("folder", ValueKind.Text("the path of a folder"), standard.Folder),
            Limit = reader.Read("limit", ValueKind.Bytes(Bytes.MiB(64), LargestSize), standard.Limit),
        };
        reader.Done();
        return settings;
    }

    private OnnxRuntimeSettings OnnxRuntime(SettingsReader reader)
    {
        var library = reader.File("library", "the path of a library, or auto", required: false);
        reader.Done();
        var standard = new OnnxRuntimeSettings();
        return library is null || library.Text == standard.Library ? standard : new OnnxRuntimeSettings { Library = PathRules.Resolve(library, baseDirectory) };
    }

    private static TimeSpan DrainTimeout(SettingsReader reader)
    {
        var timeout = reader.Read("drain-timeout", ValueKind.Duration(TimeSpan.Zero, TimeSpan.FromMinutes(10)), new ActorPipelineSettings().DrainTimeout);
        reader.Done();
        return timeout;
    }

    private static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
