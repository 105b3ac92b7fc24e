namespace ActorPipeline.Hosting.Service;

/// <summary>Memory limits of a service that fit a configuration: the budget is only worth something where the rest of the process has room beside it. Pure.</summary>
/// <param name="High">From here on the kernel takes pages back and slows it down.</param>
/// <param name="Max">Beyond this the kernel ends it.</param>
internal sealed record ServiceMemory(Bytes High, Bytes Max)
{
    /// <summary>What the program takes before any model: .NET, libraries with their pages, its own code.</summary>
    public static readonly Bytes Base = Bytes.MiB(256);

    /// <summary>The page, its viewers and what it remembers.</summary>
    public static readonly Bytes Page = Bytes.MiB(32);

    /// <summary>A node's connections and what it remembers of others.</summary>
    public static readonly Bytes Node = Bytes.MiB(32);

    private static readonly Bytes Least = Bytes.MiB(64);

    /// <summary>The limits for a configuration.</summary>
    public static ServiceMemory Of(ActorPipelineSettings settings)
    {
        // What it leaves free it must have: in a group of its own the program sees no more of the machine than this.
        var high = settings.Memory.Budget + settings.Memory.Headroom + Base + (settings.Web.Enabled ? Page : Bytes.Zero) + (settings.Cluster.Enabled ? Node : Bytes.Zero);
        return new ServiceMemory(Rounded(high), Rounded(high + Bytes.Max(Least, new Bytes(high.Count / 8))));
    }

    /// <summary>A drop-in for the unit.</summary>
    public string DropIn() => $"[Service]\nMemoryHigh={High.Count >> 20}M\nMemoryMax={Max.Count >> 20}M\n";

    private static Bytes Rounded(Bytes bytes) => new((bytes.Count + 0xFFFFF) >> 20 << 20);
}
