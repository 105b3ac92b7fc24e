namespace ActorPipeline.Cluster.Wire;

/// <summary>What may cross the wire. Who sends keeps to it; who receives believes nothing beyond it.</summary>
internal static class WireLimits
{
    /// <summary>Nodes of another major version are not understood.</summary>
    public const int Major = 1;

    /// <summary>This node's minor version: what it may say beyond what every node of the major understands.</summary>
    public const int Minor = 0;

    /// <summary>Bytes of a message, with all that Akka puts around it: its frame. Room for the directory of tens of nodes, which gossip tells as one.</summary>
    public const int FrameBytes = 512 * 1024;

    /// <summary>Bytes of a part's data. Small, so that a heartbeat behind it does not wait long: 8 ms at 100 Mbit/s.</summary>
    public const int PartBytes = 96 * 1024;

    /// <summary>Bytes of a batch.</summary>
    public const long BatchBytes = 16 * 1024 * 1024;

    /// <summary>Parts of a batch.</summary>
    public const int Parts = 1024;

    /// <summary>Crops of a batch.</summary>
    public const int Crops = 256;

    /// <summary>A crop's width or height in pixels.</summary>
    public const int Side = 2048;

    /// <summary>A JPEG may have so many bytes more than the pixels it stands for.</summary>
    public const int JpegHeaderBytes = 2048;

    /// <summary>Labels of one crop, those of all heads together.</summary>
    public const int LabelsEach = 640;

    /// <summary>Labels of all crops of a batch together, so that its answer fits a frame.</summary>
    public const int Labels = 8192;

    /// <summary>Characters of a node's name.</summary>
    public const int Name = 64;

    /// <summary>Characters of a word: a reason, a variant.</summary>
    public const int Word = 128;

    /// <summary>Characters of a text for people.</summary>
    public const int Text = 512;

    /// <summary>Characters of an actor's path with its address.</summary>
    public const int Address = 512;

    /// <summary>Characters of a summary's text: two of <see cref="NodeSummary.MostModels"/> models, so that newer nodes may say more of each.</summary>
    public const int Summary = 8 * 1024;

    /// <summary>The longest time that can be told.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromDays(1);

    /// <summary>Whether a node may be called so: letters, digits, '.', '-' and '_'.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= Name && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
