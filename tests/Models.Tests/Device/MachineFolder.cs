namespace ActorPipeline.Device;

/// <summary>A folder that stands for "/" of a machine that a spec makes up.</summary>
internal sealed class MachineFolder : IDisposable
{
    private readonly TestFolder _folder = new();

    public string Root => _folder.Path;

    public MachineFolder Put(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    /// <summary>A v1 group with a limit and usage in MiB, and files in its page cache.</summary>
    public MachineFolder PutGroup1(string folder, double? limit, double usage, double inactive = 0, double active = 0, double mapped = 0, double shared = 0) =>
        Put($"{folder}/memory.limit_in_bytes", limit is { } some ? $"{Bytes.MiB(some).Count}\n" : "9223372036854771712\n")
            .Put($"{folder}/memory.usage_in_bytes", $"{Bytes.MiB(usage).Count}\n")
            .Put($"{folder}/memory.stat",
                $"cache 1\nmapped_file 2\ninactive_file 3\nactive_file 4\ntotal_cache 5\ntotal_mapped_file {Bytes.MiB(mapped).Count}\n"
                + $"total_inactive_file {Bytes.MiB(inactive).Count}\ntotal_active_file {Bytes.MiB(active).Count}\ntotal_shmem {Bytes.MiB(shared).Count}\n");

    /// <summary>A v2 group with limits and usage in MiB, and files in its page cache.</summary>
    public MachineFolder PutGroup2(string folder, double? max, double usage, double? high = null, double inactive = 0, double active = 0, double mapped = 0, double shared = 0) =>
        Put($"{folder}/memory.max", max is { } some ? $"{Bytes.MiB(some).Count}\n" : "max\n")
            .Put($"{folder}/memory.high", high is { } less ? $"{Bytes.MiB(less).Count}\n" : "max\n")
            .Put($"{folder}/memory.current", $"{Bytes.MiB(usage).Count}\n")
            .Put($"{folder}/memory.stat",
                $"anon 1\nfile 2\nfile_mapped {Bytes.MiB(mapped).Count}\ninactive_file {Bytes.MiB(inactive).Count}\nactive_file {Bytes.MiB(active).Count}\nshmem {Bytes.MiB(shared).Count}\n");

    public void Dispose() => _folder.Dispose();
}
