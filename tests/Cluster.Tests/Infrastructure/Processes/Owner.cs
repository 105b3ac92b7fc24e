using System.Globalization;

namespace ActorPipeline.ClusterTests;

/// <summary>
/// Whom processes, namespaces and folders of these specs belong to: the test process, by its id and the time it started, so that what a
/// crashed one left is known from what a living one uses.
/// </summary>
internal static class Owner
{
    /// <summary>The variable by which a started process, and what it starts, says whose it is.</summary>
    public const string Variable = "ACTORPIPELINE_SPEC_OWNER";

    private const string Prefix = "apct-";
    private static int _count;

    /// <summary>Of this process.</summary>
    public static string Me { get; } = Of(Environment.ProcessId)!;

    /// <summary>A name that nobody else uses.</summary>
    public static string Name(string what) => $"{Prefix}{Me}-{Interlocked.Increment(ref _count)}-{what}";

    /// <summary>A new folder of this process.</summary>
    public static string Folder(string what) => Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), Name(what))).FullName;

    /// <summary>Whether a name was given by a test process that is gone.</summary>
    public static bool IsLeftover(string name)
    {
        var parts = name.Split('-');
        return name.StartsWith(Prefix, StringComparison.Ordinal) && parts.Length >= 4 && IsGone($"{parts[1]}-{parts[2]}");
    }

    /// <summary>Whether the owner of that id is gone.</summary>
    public static bool IsGone(string owner) => int.TryParse(owner.Split('-')[0], out var process) && Of(process) != owner;

    /// <summary>Of a process; null where there is none.</summary>
    private static string? Of(int process) =>
        ProcFile.Stat(process) is { } stat ? string.Create(CultureInfo.InvariantCulture, $"{process}-{stat.StartTicks}") : null;
}
