namespace ActorPipeline.Device;

/// <summary>
/// What the control groups around this process leave it: the tightest of its own group and all above. Safe from any thread.
/// <para>
/// A group's usage counts pages of files that were merely read (a video, a model's file), and the kernel drops those before it kills
/// anyone. So what is available is limit - usage + (inactive_file + active_file - mapped pages): pages of files on both lists can be
/// dropped, but those that are mapped are code and weights in use, which would be read back at once. Container tools count inactive_file
/// alone as reclaimable; a process that reads a video twice has it on the active list, and would seem to run out of memory.
/// </para>
/// </summary>
public sealed class CgroupMemory : IDisposable
{
    /// <summary>One group's files. Those of a group without a limit are never read but for the limit itself.</summary>
    private sealed record Level(KernelFile[] Limits, KernelFile Usage, KernelFile Stat, string Source);

    private readonly Level[] _levels;
    private readonly bool _isVersion1;

    /// <param name="root">The folder that stands for "/".</param>
    public CgroupMemory(string root = "/")
        : this(new CgroupPaths(root))
    {
    }

    internal CgroupMemory(CgroupPaths paths)
    {
        _isVersion1 = paths.Memory1.Count > 0;
        _levels = _isVersion1
            ? [.. Counting(paths.Memory1).Select(f => Make(f, "v1", "memory.usage_in_bytes", "memory.limit_in_bytes"))]
            : [.. paths.Unified.Select(f => Make(f, "v2", "memory.current", "memory.max", "memory.high"))];
    }

    /// <summary>What is left under the tightest limit; null where there is no limit or it cannot be read.</summary>
    public PoolReading? Read()
    {
        PoolReading? tightest = null;
        foreach (var level in _levels)
            if (Available(level) is { } available && (tightest is null || available < tightest.Available))
                tightest = new PoolReading(MemoryPool.Host, available, level.Source);
        return tightest;
    }

    /// <summary>A v1 group above counts, and so limits, what is in the groups below it only where it is told to.</summary>
    private static IEnumerable<string> Counting(IReadOnlyList<string> chain)
    {
        yield return chain[0];
        foreach (var folder in chain.Skip(1))
        {
            if (KernelFile.ReadText(Path.Combine(folder, "memory.use_hierarchy"))?.Trim() == "0") yield break;
            yield return folder;
        }
    }

    private static Level Make(string folder, string version, string usage, params string[] limits) => new(
        [.. limits.Select(l => new KernelFile(Path.Combine(folder, l)))],
        new KernelFile(Path.Combine(folder, usage)), new KernelFile(Path.Combine(folder, "memory.stat")), $"cgroup {version} {limits[0]}");

    private Bytes? Available(Level level)
    {
        Span<byte> text = stackalloc byte[8192];
        Bytes? limit = null;
        foreach (var file in level.Limits)
            // Above memory.high nothing is killed, but everything is slowed down to reclaim: that is no memory to plan with either.
            if (KernelText.Single(file.Read(text)) is { } one) limit = limit is { } other ? Bytes.Min(one, other) : one;
        if (limit is not { } most || KernelText.Single(level.Usage.Read(text)) is not { } usage) return null;
        return Bytes.Max(Bytes.Zero, Bytes.Min(most, most - usage + Droppable(level.Stat.Read(text))));
    }

    /// <summary>
    /// Pages of files that nobody has mapped. Shared memory (the runtime keeps compiled code in it) is mapped too, but is on neither list of
    /// pages of files. In v1 the fields with "total_" include the groups below, as usage does.
    /// </summary>
    private Bytes Droppable(ReadOnlySpan<byte> stat)
    {
        var (inactive, active, mapped, shared) = _isVersion1
            ? (KernelText.Count(stat, "total_inactive_file "u8), KernelText.Count(stat, "total_active_file "u8), KernelText.Count(stat, "total_mapped_file "u8), KernelText.Count(stat, "total_shmem "u8))
            : (KernelText.Count(stat, "inactive_file "u8), KernelText.Count(stat, "active_file "u8), KernelText.Count(stat, "file_mapped "u8), KernelText.Count(stat, "shmem "u8));
        var inUse = Bytes.Max(Bytes.Zero, mapped.GetValueOrDefault() - shared.GetValueOrDefault());
        return Bytes.Max(Bytes.Zero, inactive.GetValueOrDefault() + active.GetValueOrDefault() - inUse);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var level in _levels)
        {
            foreach (var limit in level.Limits) limit.Dispose();
            level.Usage.Dispose();
            level.Stat.Dispose();
        }
    }
}
