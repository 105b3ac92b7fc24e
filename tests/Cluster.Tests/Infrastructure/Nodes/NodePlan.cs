using System.Globalization;

namespace ActorPipeline.ClusterTests;

/// <summary>A node as a spec wants it; its configuration is written from this.</summary>
internal sealed record NodePlan
{
    /// <value>In the cluster, and of its folder.</value>
    public required string Name { get; init; }

    /// <value>False for a run without any cluster.</value>
    public bool Enabled { get; init; } = true;

    /// <value>What it does, of "capture" and "inference". Without capture it has no pipeline.</value>
    public IReadOnlyList<string> Roles { get; init; } = ["capture", "inference"];

    /// <value>Where it runs; null for loopback.</value>
    public SiteNode? At { get; init; }

    /// <value>That it listens on.</value>
    public int Port { get; init; } = 2552;

    /// <value>Nodes that it asks to be let in, as "host:port" (<see cref="Endpoint"/>); itself first where it founds the cluster.</value>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <value>Who signs its certificate, on and for which TLS is; null for none.</value>
    public TestAuthority? Authority { get; init; }

    /// <value>Lines of the block <c>cluster</c>, such as "down-after = 10 s".</value>
    public IReadOnlyList<string> Cluster { get; init; } = [];

    /// <value>Of models and buffers.</value>
    public string Budget { get; init; } = "256 MiB";

    /// <value>Threads that run models.</value>
    public int Lanes { get; init; } = 1;

    /// <value>What its pipeline reads; null for the street of the data folder: 795 frames, as quick as they are taken.</value>
    public string? Source { get; init; }

    /// <value>Frames after which its source ends; null for all.</value>
    public long? Frames { get; init; }

    /// <value>Frames in flight, least and most.</value>
    public (int Min, int Max) Window { get; init; } = (2, 8);

    /// <value>Lines of its pipeline, such as "deadline = 200 ms".</value>
    public IReadOnlyList<string> Pipeline { get; init; } = [];

    /// <value>Lines of <c>actor-pipeline</c>.</value>
    public IReadOnlyList<string> More { get; init; } = [];

    /// <value>The cores it may run on; null for all.</value>
    public string? Cores { get; init; }

    /// <value>Other clocks than the machine's.</value>
    public NodeClock? Clock { get; init; }

    /// <value>Variables of its process.</value>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <value>Further arguments of the command run.</value>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <value>The address that it listens on.</value>
    public string Host => At?.Address.ToString() ?? "127.0.0.1";

    /// <value>As others name it among their seeds.</value>
    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <value>Whether it has a pipeline.</value>
    public bool Captures => !Enabled || Roles.Contains("capture");

    /// <summary>Its configuration: the two models of the data folder, as <c>hocon/street.conf</c> has them, without a sink that draws.</summary>
    public string ToHocon(string folder) => $$"""
        actor-pipeline {
          memory.budget = {{Budget}}
          serving.lanes = {{Lanes}}
          models {
            detector {
              path = "{{TestData.PathOf("models", "picodet_s_320_coco.onnx")}}", kind = picodet, labels = "{{TestData.PathOf("labels", "coco80.txt")}}"
              footprint { load = 8 MiB, resident = 6 MiB, run = 10 MiB }
            }
            classifier {
              path = "{{TestData.PathOf("models", "SqueezeNet_fp32.onnx")}}", kind = classification, labels = "{{TestData.PathOf("labels", "imagenet1k.txt")}}"
              input { channels = bgr, mean = [104, 117, 123], std = [1, 1, 1] }
              footprint { load = 8 MiB, resident = 6 MiB, run = 7 MiB }
            }
          }
        {{Lines("  ", [.. More, .. Captures ? Street() : [], .. Enabled ? ClusterBlock(folder) : []])}}
        }

        """;

    private string[] Street() =>
    [
        "pipelines.street {",
        $"  source = \"{Source ?? TestData.Video}\", detect = detector, classify = classifier",
        "  only = [person, car, truck, bus, bicycle, motorcycle], max-crops = 8",
        $"  window {{ min = {Window.Min}, max = {Window.Max} }}",
        "  sinks = [ { type = json-lines, path = \"results.jsonl\" } ]",
        .. Pipeline.Select(l => "  " + l),
        "}",
    ];

    private string[] ClusterBlock(string folder) =>
    [
        "cluster {",
        $"  enabled = true, node = {Quote(Name)}, roles = [{string.Join(", ", Roles)}]",
        $"  host = {Quote(Host)}, port = {Port}, seed-nodes = [{string.Join(", ", Seeds.Select(Quote))}]",
        // Beyond loopback it has to be said that there is no TLS.
        Authority is { } authority ? $"  {authority.WriteTo(folder, Name, Host)}" : $"  insecure-network = {(At is null ? "false" : "true")}",
        .. Cluster.Select(l => "  " + l),
        "}",
    ];

    private static string Quote(string text) => $"\"{text}\"";

    private static string Lines(string indent, string[] lines) => string.Join('\n', lines.Select(l => indent + l));
}
