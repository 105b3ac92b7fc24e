using ActorPipeline.Catalog;
using ActorPipeline.Events.Webhook;
using ActorPipeline.Events.Mqtt;
using ActorPipeline.Pipeline;

namespace ActorPipeline.Hosting.Configuration;

/// <summary>Every key of the configuration that becomes a setting, so that two configurations can be compared key by key. A spec holds it to the binder.</summary>
internal static class SettingsKeys
{
    /// <summary>Keys below <c>actor-pipeline</c>, but for those of models and pipelines.</summary>
    public static readonly IReadOnlyList<SettingsKey<ActorPipelineSettings>> All =
    [
        new("memory.budget", s => s.Memory.Budget),
        new("memory.device-budget", s => s.Memory.DeviceBudget),
        new("memory.headroom", s => s.Memory.Headroom),
        new("memory.sample-interval", s => s.Memory.SampleInterval),
        new("memory.release-bound", s => s.Memory.ReleaseBound),
        new("memory.dead-band", s => s.Memory.DeadBand),
        new("memory.rise-after", s => s.Memory.RiseAfter),
        new("memory.critical-stall", s => s.Memory.CriticalStall),
        new("memory.debt-limit", s => s.Memory.DebtLimit),
        new("memory.yield-bound", s => s.Memory.YieldBound),
        new("memory.patience", s => s.Memory.Patience),
        new("memory.policy", s => s.Memory.Policy),
        new("memory.footprints", s => s.Memory.Footprints),
        new("memory.quantum-swaps", s => s.Memory.QuantumSwaps),
        new("memory.first-quantum", s => s.Memory.FirstQuantum),
        new("serving.lanes", s => s.Serving.Lanes),
        new("serving.run-timeout", s => s.Serving.RunTimeout),
        new("serving.lost-after", s => s.Serving.LostAfter),
        new("serving.load-timeout", s => s.Serving.LoadTimeout),
        new("serving.backoff.min", s => s.Serving.BackoffMin),
        new("serving.backoff.max", s => s.Serving.BackoffMax),
        new("serving.max-failures", s => s.Serving.MaxFailures),
        new("replacing.samples", s => s.Replacing.Samples),
        new("replacing.agreement", s => s.Replacing.Agreement),
        new("replacing.slowdown", s => s.Replacing.Slowdown),
        new("engines.enabled", s => s.Engines.Enabled),
        new("engines.folder", s => s.Engines.Folder),
        new("engines.limit", s => s.Engines.Limit),
        new("onnxruntime.library", s => s.OnnxRuntime.Library),
        new("web.enabled", s => s.Web.Enabled),
        new("web.bind", s => (s.Web.Host, s.Web.Port)),
        new("web.pictures", s => s.Web.Pictures),
        new("web.token", s => s.Web.Token),
        new("web.certificate", s => s.Web.Certificate),
        new("web.certificate-password", s => s.Web.CertificatePassword),
        new("telemetry.traces.sample", s => s.Telemetry.TraceSample),
        new("telemetry.otlp.endpoint", s => s.Telemetry.OtlpEndpoint),
        new("telemetry.otlp.protocol", s => s.Telemetry.OtlpProtocol),
        new("telemetry.otlp.interval", s => s.Telemetry.OtlpInterval),
        new("pull.index", s => s.Pull.Index),
        new("pull.key", s => s.Pull.Key),
        new("pull.folder", s => s.Pull.Folder),
        new("shutdown.drain-timeout", s => s.DrainTimeout),
        new("cluster.enabled", s => s.Cluster.Enabled),
        new("cluster.name", s => s.Cluster.Name),
        new("cluster.node", s => s.Cluster.Node),
        new("cluster.roles", s => s.Cluster.Roles),
        new("cluster.host", s => s.Cluster.Host),
        new("cluster.public-host", s => s.Cluster.PublicHost),
        new("cluster.port", s => s.Cluster.Port),
        new("cluster.seed-nodes", s => s.Cluster.SeedNodes),
        new("cluster.insecure-network", s => s.Cluster.InsecureNetwork),
        new("cluster.tls.certificate", s => s.Cluster.Tls?.Certificate),
        new("cluster.tls.password", s => s.Cluster.Tls?.Password),
        new("cluster.tls.authority", s => s.Cluster.Tls?.Authority),
        new("cluster.crops", s => s.Cluster.Crops),
        new("cluster.jpeg-quality", s => s.Cluster.JpegQuality),
        new("cluster.acceptable-pause", s => s.Cluster.AcceptablePause),
        new("cluster.down-after", s => s.Cluster.DownAfter),
        new("cluster.desk.credit", s => s.Cluster.Desk.Credit),
        new("cluster.desk.batches", s => s.Cluster.Desk.Batches),
        new("cluster.desk.max-crops", s => s.Cluster.Desk.MaxCrops),
    ];

    /// <summary>Keys below <c>actor-pipeline.models.NAME</c>.</summary>
    public static readonly IReadOnlyList<SettingsKey<ModelCard>> OfModel =
    [
        new("path", c => c.Path),
        new("kind", c => c.Kind),
        new("labels", c => c.LabelsPath),
        new("providers", c => c.Providers),
        new("device.precision", c => c.Device.Precision),
        new("device.workspace", c => c.Device.Workspace),
        new("device.builder-level", c => c.Device.BuilderLevel),
        new("device.tactic-sources", c => c.Device.TacticSources),
        new("device.batch", c => c.Device.Batch),
        new("device.allow-fallback", c => c.Device.AllowFallback),
        new("device.memory-limit", c => c.Device.MemoryLimit),
        new("device.tf32", c => c.Device.Tf32),
        new("device.cudnn-max-workspace", c => c.Device.CudnnMaxWorkspace),
        new("input.channels", c => c.Input.Channels),
        new("input.mean", c => c.Input.Mean),
        new("input.std", c => c.Input.Std),
        new("input.resize", c => c.Input.Resize),
        new("input.width", c => c.Input.Width),
        new("input.height", c => c.Input.Height),
        new("db.threshold", c => c.Db.Threshold),
        new("db.unclip-ratio", c => c.Db.UnclipRatio),
        new("db.min-size", c => c.Db.MinSize),
        new("max-characters", c => c.MaxCharacters),
        new("score-threshold", c => c.ScoreThreshold),
        new("nms-iou", c => c.NmsIou),
        new("max-detections", c => c.MaxDetections),
        new("top", c => c.Top),
        new("batch", c => c.MaxBatch),
        new("pin", c => c.Pin),
        new("priority", c => c.Priority),
        new("merge", c => c.Merge),
        new("footprint", c => c.Footprint),
        new("variant", c => c.Variant),
        // An item with a list in it is compared by what is in that.
        new("variants", c => c.Variants.Select(v => (v with { Providers = null }, Providers: v.Providers is null ? null : string.Join(',', v.Providers)))),
    ];

    private static MqttSettings? Plain(MqttSettings? mqtt) => mqtt is null ? null : mqtt with { Outbox = mqtt.Outbox with { Outcomes = [] } };

    private static WebhookSettings? Plain(WebhookSettings? webhook) => webhook is null ? null : webhook with { Outbox = webhook.Outbox with { Outcomes = [] } };

    /// <summary>Keys below <c>actor-pipeline.pipelines.NAME</c>.</summary>
    public static readonly IReadOnlyList<SettingsKey<PipelineSettings>> OfPipeline =
    [
        new("source", p => p.Source),
        new("detect", p => p.Detect),
        new("region", p => p.Region),
        new("detect-every", p => p.DetectEvery),
        new("classify", p => p.Classify.Select(id => (id, string.Join(',', p.Uses.GetValueOrDefault(id)?.Classes ?? []), p.Uses.GetValueOrDefault(id)?.Upright))),
        new("only", p => p.Only),
        new("max-crops", p => p.MaxCrops),
        new("max-pixels", p => p.MaxPixels),
        new("deadline", p => p.Deadline),
        new("tracking.enabled", p => p.Tracking.Enabled),
        new("tracking.lost-after", p => p.Tracking.LostAfter),
        new("tracking.high-score", p => p.Tracking.HighScore),
        new("tracking.reclassify-after", p => p.Tracking.ReclassifyAfter),
        new("tracking.reclassify-growth", p => p.Tracking.ReclassifyGrowth),
        new("tracking.reclassify-below", p => p.Tracking.ReclassifyBelow),
        new("tracking.reclassify-wait", p => p.Tracking.ReclassifyWait),
        new("window.min", p => p.Window.Min),
        new("window.max", p => p.Window.Max),
        new("reconnect.first", p => p.Reconnect.First),
        new("reconnect.longest", p => p.Reconnect.Longest),
        new("reconnect.for", p => p.Reconnect.For),
        new("sinks", p => p.Sinks.Select(s => (s with { Mqtt = Plain(s.Mqtt), Webhook = Plain(s.Webhook) }, string.Join(',', s.Mqtt?.Outbox.Outcomes ?? s.Webhook?.Outbox.Outcomes ?? [])))),
    ];
}
