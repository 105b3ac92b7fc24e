using ActorPipeline.Catalog;
using ActorPipeline.Cluster;
using ActorPipeline.Engines;
using ActorPipeline.Memory;
using ActorPipeline.Pipeline;
using ActorPipeline.Replacing;
using ActorPipeline.Serving;

namespace ActorPipeline.Hosting;

/// <summary><c>actor-pipeline</c>: the whole configuration.</summary>
public sealed record ActorPipelineSettings
{
    /// <summary>The budget and how it is watched.</summary>
    public MemorySettings Memory { get; init; } = new();

    /// <summary>Lanes and bounds.</summary>
    public ServingSettings Serving { get; init; } = new();

    /// <summary>When a model's new file may take the old one's place.</summary>
    public ReplacementSettings Replacing { get; init; } = new();

    /// <summary>The form in which models are loaded quickest, and where it is kept.</summary>
    public EngineSettings Engines { get; init; } = new();

    /// <summary>The library that runs models.</summary>
    public OnnxRuntimeSettings OnnxRuntime { get; init; } = new();

    /// <summary>This process as a node among others.</summary>
    public ClusterSettings Cluster { get; init; } = new();

    /// <summary>The live page, served by the program; who embeds has its own.</summary>
    public WebSettings Web { get; init; } = new();

    /// <summary>Traces of frames, and where telemetry is sent.</summary>
    public TelemetrySettings Telemetry { get; init; } = new();

    /// <summary>Where the program pulls models from.</summary>
    public PullSettings Pull { get; init; } = new();

    /// <summary>Models by name.</summary>
    public IReadOnlyDictionary<ModelId, ModelCard> Models { get; init; } = new Dictionary<ModelId, ModelCard>();

    /// <summary>Pipelines, in the order they stand in the file.</summary>
    public IReadOnlyList<PipelineSettings> Pipelines { get; init; } = [];

    /// <value>How long frames in flight may take to finish at shutdown. 0 to 10 min. Default 10 s.</value>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What of it this process runs: a node whose roles have no capture has no pipelines, so that all boxes of a site may share one file.</summary>
    public ActorPipelineSettings ForThisNode() => Cluster.Enabled && !Cluster.Roles.HasFlag(NodeRoles.Capture) ? this with { Pipelines = [] } : this;
}
