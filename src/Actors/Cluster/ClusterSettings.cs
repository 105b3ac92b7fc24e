namespace ActorPipeline.Cluster;

/// <summary>What a node does for others, and itself.</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It runs the pipelines of its configuration, and may hand crops over.</summary>
    Capture = 1,

    /// <summary>It takes crops of others, and runs until it is told to end.</summary>
    Inference = 2,
}

/// <summary><c>actor-pipeline.cluster</c>: this process as a node among others.</summary>
public sealed record ClusterSettings
{
    /// <summary>What connections, and the code for them, take of the process beside what is known, and may keep: so much wider is the dead band of a node's memory.</summary>
    public static readonly Bytes DeadBand = Bytes.MiB(16);

    /// <value>Whether it is a node at all. Default no: then nothing listens, and nothing of this costs anything.</value>
    public bool Enabled { get; init; }

    /// <value>The cluster's name, the same on each of its nodes: letters, digits and '-'. Default "actor-pipeline".</value>
    public string Name { get; init; } = "actor-pipeline";

    /// <value>This node's name, unique in the cluster: letters, digits, '.', '-' and '_'. Empty for its address. Default empty.</value>
    public string Node { get; init; } = "";

    /// <value>What it does. Default both.</value>
    public NodeRoles Roles { get; init; } = NodeRoles.Capture | NodeRoles.Inference;

    /// <value>The address or name that it listens on. Default "127.0.0.1".</value>
    public string Host { get; init; } = "127.0.0.1";

    /// <value>The address or name by which others reach it, where that is another. Empty for <see cref="Host"/>. Default empty.</value>
    public string PublicHost { get; init; } = "";

    /// <value>The port that it listens on, and is reached at; 0 for any free one. Default 2552.</value>
    public int Port { get; init; } = 2552;

    /// <value>Nodes that are asked to be let in, as "host:port"; the first founds the cluster where no other answers. Empty where this node founds it. Default none.</value>
    public IReadOnlyList<string> SeedNodes { get; init; } = [];

    /// <value>Beyond loopback without TLS: everybody who reaches the port could then send crops, and stop the node. Default no.</value>
    public bool InsecureNetwork { get; init; }

    /// <value>Who it is and whom it believes; null for no TLS.</value>
    public ClusterTlsSettings? Tls { get; init; }

    /// <value>How crops are sent: as JPEG, or pixel by pixel, which is 15 to 20 times as much, and answered as a run here would be, to the bit. Default jpeg.</value>
    public CropEncoding Crops { get; init; } = CropEncoding.Jpeg;

    /// <value>Of crops that are sent as JPEG. 1 to 100. Default 90.</value>
    public int JpegQuality { get; init; } = 90;

    /// <value>How long a node may stand still before others count it as unreachable. 1 s to 1 min. Default 3 s.</value>
    public TimeSpan AcceptablePause { get; init; } = TimeSpan.FromSeconds(3);

    /// <value>
    /// How long a node may be unreachable before the others take it out of the cluster; then it has to be started anew to come back. 1 s to 24 h.
    /// Long, because nothing waits for it: others join, leave and go on meanwhile. Default 24 h.
    /// </value>
    public TimeSpan DownAfter { get; init; } = TimeSpan.FromHours(24);

    /// <value>What this node holds ready for the crops of others.</value>
    public DeskSettings Desk { get; init; } = new();
}

/// <summary><c>actor-pipeline.cluster.tls</c>: both sides of a connection prove who they are.</summary>
/// <param name="Certificate">The path of this node's certificate and key, a PKCS #12 file.</param>
/// <param name="Password">Of that file; empty for none.</param>
/// <param name="Authority">The path of the certificate of the authority that signs all nodes' certificates, PEM or DER; no other authority is believed.</param>
public sealed record ClusterTlsSettings(string Certificate, string Password, string Authority)
{
    /// <summary>Without the password: it goes into logs.</summary>
    public override string ToString() => $"{Certificate}, of {Authority}";
}

/// <summary><c>actor-pipeline.cluster.desk</c>: what a node holds ready for the crops of others.</summary>
public sealed record DeskSettings
{
    /// <value>Memory that others' crops may take as they come, all together. 256 KiB to 1 GiB. Default 4 MiB.</value>
    public Bytes Credit { get; init; } = Bytes.MiB(4);

    /// <value>Batches that may be decoded and run at once; each has a buffer that is charged to the budget. 1 to 64. Default 2.</value>
    public int Batches { get; init; } = 2;

    /// <value>Crops that a buffer has room for; batches of more are run in turns. 1 to 256. Default 16.</value>
    public int MaxCrops { get; init; } = 16;
}
