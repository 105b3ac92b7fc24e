namespace ActorPipeline.Device;

public sealed class LinuxMachineGaugeSpecs : IDisposable
{
    private readonly MachineFolder _machine = new();

    [Theory]
    [InlineData(900, 412, "cgroup v2 memory.max")]
    [InlineData(100, 100, "MemAvailable")]
    public void Should_give_the_tightest_word_when_host_and_group_both_speak(double host, double left, string source)
    {
        _machine.Put("proc/meminfo", $"MemAvailable: {host * 1024} kB\n").Put("proc/self/cgroup", "0::/a\n")
            .Put("proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n").PutGroup2("sys/fs/cgroup/a", 512, 100)
            .Put("proc/pressure/memory", "full avg10=3.50 avg60=0.00 avg300=0.00 total=0\n");

        var reading = Read();

        Assert.Equal([new PoolReading(MemoryPool.Host, Bytes.MiB(left), source)], reading.Pools);
        Assert.Equal(3.5, reading.StallPercent);
    }

    [Fact]
    public void Should_let_the_group_speak_alone_when_the_host_cannot_be_read()
    {
        _machine.Put("proc/self/cgroup", "0::/a\n").Put("proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n")
            .PutGroup2("sys/fs/cgroup/a", 512, 100);

        Assert.Equal(Bytes.MiB(412), Assert.Single(Read().Pools).Available);
    }

    [Fact]
    public void Should_know_nothing_when_nothing_can_be_read()
    {
        var reading = Read();

        Assert.Empty(reading.Pools);
        Assert.Null(reading.StallPercent);
    }

    [Theory]
    [InlineData("etc/nv_tegra_release", "# R32 (release), REVISION: 7.1")]
    [InlineData("proc/device-tree/model", "NVIDIA Jetson Nano Developer Kit\0")]
    [InlineData("proc/device-tree/compatible", "nvidia,p3768-0000+p3767-0005\0nvidia,tegra234\0")]
    public void Should_never_touch_nvml_when_the_board_has_unified_memory(string file, string text)
    {
        _machine.Put(file, text).Put("proc/meminfo", "MemAvailable: 2048 kB\n");
        using var gauge = new LinuxMachineGauge(
            _machine.Root, () => throw new InvalidOperationException("NVML was touched"), () => throw new InvalidOperationException("the driver was touched"));

        Assert.Equal(MemoryPool.Host, Assert.Single(gauge.Read().Pools).Pool);
    }

    [Fact]
    public void Should_not_take_another_board_for_a_jetson_when_it_has_a_device_tree()
    {
        _machine.Put("proc/device-tree/model", "Raspberry Pi 5 Model B Rev 1.0\0").Put("proc/device-tree/compatible", "raspberrypi,5-model-b\0");

        Assert.False(JetsonBoard.IsUnified(_machine.Root));
    }

    [Fact]
    public void Should_say_something_plausible_when_it_reads_this_machine()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var gauge = new LinuxMachineGauge();
        using var host = new HostMemory();

        var reading = gauge.Read();

        var available = Assert.Single(reading.Pools, p => p.Pool == MemoryPool.Host).Available;
        Assert.InRange(available.Count, Bytes.MiB(1).Count, host.Total()!.Value.Count);
        Assert.True(reading.StallPercent is null or >= 0 and <= 100);
    }

    [Fact]
    public void Should_make_little_garbage_when_it_reads_ten_times_a_second()
    {
        using var gauge = new LinuxMachineGauge();
        gauge.Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) gauge.Read();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 2048);
    }

    private MachineReading Read()
    {
        using var gauge = new LinuxMachineGauge(_machine.Root, () => NvidiaManagement.Over(null), () => CudaDriver.Over(null));
        return gauge.Read();
    }

    public void Dispose() => _machine.Dispose();
}
