namespace ActorPipeline.Device;

public sealed class CgroupMemorySpecs : IDisposable
{
    private const string Mounts1 = "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n";
    private const string Mounts2 = "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
    private const string Memory = "sys/fs/cgroup/memory";

    private readonly MachineFolder _machine = new();

    [Fact]
    public void Should_leave_limit_less_usage_when_it_is_version_1()
    {
        _machine.Put("proc/self/cgroup", "9:cpu,cpuacct:/\n4:memory:/cameras\n").Put("proc/self/mountinfo", Mounts1)
            .PutGroup1(Memory, null, 900).PutGroup1($"{Memory}/cameras", limit: 512, usage: 400, inactive: 100, active: 60, mapped: 30);

        Assert.Equal(new PoolReading(MemoryPool.Host, Bytes.MiB(512 - 400 + 130), "cgroup v1 memory.limit_in_bytes"), Read());
    }

    [Fact]
    public void Should_leave_limit_less_usage_when_it_is_version_2()
    {
        _machine.Put("proc/self/cgroup", "0::/cameras.slice/street\n").Put("proc/self/mountinfo", Mounts2)
            .PutGroup2("sys/fs/cgroup/cameras.slice/street", max: 512, usage: 400, inactive: 100, active: 60, mapped: 30);

        Assert.Equal(new PoolReading(MemoryPool.Host, Bytes.MiB(512 - 400 + 130), "cgroup v2 memory.max"), Read());
    }

    [Theory]
    [InlineData(50, 20, 130)]
    [InlineData(20, 25, 160)]
    public void Should_take_shared_memory_for_no_pages_of_files_when_it_is_mapped(double mapped, double shared, double droppable)
    {
        _machine.Put("proc/self/cgroup", "4:memory:/cameras\n").Put("proc/self/mountinfo", Mounts1)
            .PutGroup1(Memory, null, 900).PutGroup1($"{Memory}/cameras", limit: 512, usage: 400, inactive: 100, active: 60, mapped: mapped, shared: shared);
        Assert.Equal(Bytes.MiB(512 - 400 + droppable), Read()!.Available);

        _machine.Put("proc/self/cgroup", "0::/street\n").Put("proc/self/mountinfo", Mounts2)
            .PutGroup2("sys/fs/cgroup/street", max: 512, usage: 400, inactive: 100, active: 60, mapped: mapped, shared: shared);
        Assert.Equal(Bytes.MiB(512 - 400 + droppable), Read()!.Available);
    }

    [Theory]
    [InlineData(512.0, 300.0, 50)]
    [InlineData(null, 300.0, 50)]
    [InlineData(512.0, null, 262)]
    public void Should_take_the_lower_when_both_max_and_high_are_set(double? max, double? high, double left)
    {
        _machine.Put("proc/self/cgroup", "0::/a\n").Put("proc/self/mountinfo", Mounts2).PutGroup2("sys/fs/cgroup/a", max, usage: 250, high);

        Assert.Equal(Bytes.MiB(left), Read()?.Available);
    }

    [Fact]
    public void Should_take_the_tightest_when_a_group_above_has_less()
    {
        _machine.Put("proc/self/cgroup", "0::/a/b/c\n").Put("proc/self/mountinfo", Mounts2)
            .PutGroup2("sys/fs/cgroup/a/b/c", max: 500, usage: 100)
            .PutGroup2("sys/fs/cgroup/a/b", max: null, usage: 700)
            .PutGroup2("sys/fs/cgroup/a", max: 800, usage: 750);

        Assert.Equal(Bytes.MiB(50), Read()?.Available);
    }

    [Fact]
    public void Should_ignore_a_group_above_when_it_does_not_count_those_below()
    {
        _machine.Put("proc/self/cgroup", "4:memory:/a/b\n").Put("proc/self/mountinfo", Mounts1)
            .PutGroup1($"{Memory}/a/b", 500, 100).PutGroup1($"{Memory}/a", 50, 40).Put($"{Memory}/a/memory.use_hierarchy", "0\n");

        Assert.Equal(Bytes.MiB(400), Read()?.Available);
    }

    [Fact]
    public void Should_ask_version_1_when_the_machine_has_both()
    {
        _machine.Put("proc/self/cgroup", "4:memory:/a\n0::/a\n")
            .Put("proc/self/mountinfo", Mounts1 + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")
            .PutGroup1($"{Memory}/a", 500, 100).PutGroup2("sys/fs/cgroup/unified/a", 50, 40);

        Assert.Equal(Bytes.MiB(400), Read()?.Available);
    }

    [Theory]
    [InlineData("/docker/abc", "/docker/abc")]
    [InlineData("/docker/abc", "/")]
    [InlineData("/../other", "/")]
    public void Should_take_the_mount_itself_when_a_container_does_not_see_the_path(string group, string mounted)
    {
        _machine.Put("proc/self/cgroup", $"4:memory:{group}\n")
            .Put("proc/self/mountinfo", $"35 31 0:32 {mounted} /sys/fs/cgroup/memory ro,relatime master:15 - cgroup cgroup rw,memory\n")
            .PutGroup1(Memory, 256, 56);

        Assert.Equal(Bytes.MiB(200), Read()?.Available);
    }

    [Fact]
    public void Should_find_the_group_under_the_mount_when_only_a_part_is_mounted()
    {
        _machine.Put("proc/self/cgroup", "4:memory:/docker/abc/inner\n")
            .Put("proc/self/mountinfo", "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n")
            .PutGroup1(Memory, 256, 56).PutGroup1($"{Memory}/inner", 100, 90);

        Assert.Equal(Bytes.MiB(10), Read()?.Available);
    }

    [Fact]
    public void Should_read_names_with_spaces_when_they_are_escaped()
    {
        _machine.Put("proc/self/cgroup", "4:memory:/a\n")
            .Put("proc/self/mountinfo", "35 31 0:32 / /my\\040groups rw - cgroup cgroup rw,memory\n")
            .PutGroup1("my groups/a", 100, 90);

        Assert.Equal(Bytes.MiB(10), Read()?.Available);
    }

    [Fact]
    public void Should_follow_when_the_limit_changes()
    {
        _machine.Put("proc/self/cgroup", "0::/a\n").Put("proc/self/mountinfo", Mounts2).PutGroup2("sys/fs/cgroup/a", null, 100);
        using var cgroup = new CgroupMemory(_machine.Root);
        Assert.Null(cgroup.Read());

        _machine.PutGroup2("sys/fs/cgroup/a", 300, 100);
        Assert.Equal(Bytes.MiB(200), cgroup.Read()?.Available);

        _machine.PutGroup2("sys/fs/cgroup/a", 300, 900);
        Assert.Equal(Bytes.Zero, cgroup.Read()?.Available);
    }

    [Fact]
    public void Should_never_leave_more_than_the_limit_when_the_numbers_do_not_add_up()
    {
        _machine.Put("proc/self/cgroup", "0::/a\n").Put("proc/self/mountinfo", Mounts2).PutGroup2("sys/fs/cgroup/a", 300, 100, inactive: 900);

        Assert.Equal(Bytes.MiB(300), Read()?.Available);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("rubbish\n::\n4:memory\n", "rubbish - x\n - \n1 2 3\n")]
    [InlineData("4:memory:/a\n", "")]
    [InlineData("4:memory:/a\n", "35 31 0:32 / /not/there rw - cgroup cgroup rw,memory\n")]
    public void Should_say_nothing_when_the_groups_cannot_be_found(string groups, string mounts)
    {
        _machine.Put("proc/self/cgroup", groups).Put("proc/self/mountinfo", mounts);

        Assert.Null(Read());
    }

    [Theory]
    [InlineData("memory.max")]
    [InlineData("memory.current")]
    public void Should_say_nothing_when_a_number_is_nonsense(string file)
    {
        _machine.Put("proc/self/cgroup", "0::/a\n").Put("proc/self/mountinfo", Mounts2)
            .PutGroup2("sys/fs/cgroup/a", 300, 100).Put($"sys/fs/cgroup/a/{file}", "many\n");

        Assert.Null(Read());
    }

    [Fact]
    public void Should_say_nothing_when_there_are_no_groups_at_all() => Assert.Null(Read());

    private PoolReading? Read()
    {
        using var cgroup = new CgroupMemory(_machine.Root);
        return cgroup.Read();
    }

    public void Dispose() => _machine.Dispose();
}
