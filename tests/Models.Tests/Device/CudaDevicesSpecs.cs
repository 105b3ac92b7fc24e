namespace ActorPipeline.Device;

/// <summary>The CUDA driver, played.</summary>
public sealed class CudaDevicesSpecs
{
    private sealed class Cuda : CudaDevices.ICalls
    {
        public int Started { get; init; }

        public int Devices { get; init; } = 1;

        public Dictionary<int, int> Attributes { get; init; } = new() { [75] = 8, [76] = 6, [18] = 0 };

        public int Init() => Started;

        public int Count(out int count)
        {
            count = Devices;
            return 0;
        }

        public int Name(int device, out string name)
        {
            name = "NVIDIA GeForce RTX 3060";
            return 0;
        }

        public int Attribute(int attribute, int device, out int value) => Attributes.TryGetValue(attribute, out value) ? 0 : 1;

        public int TotalMemory(int device, out ulong bytes)
        {
            bytes = 12UL << 30;
            return 0;
        }

        public int DriverVersion(out int version)
        {
            version = 12060;
            return 0;
        }
    }

    [Fact]
    public void Should_say_what_the_device_is_when_there_is_one()
    {
        using var machine = new MachineFolder().Put("lib/libnvinfer.so.10", "").Put("lib/libnvinfer.so.10.3.0", "").Put("lib/libnvinfer.so", "");

        var device = CudaDevices.Read(new Cuda(), machine.Root, [Path.Combine(machine.Root, "nowhere"), Path.Combine(machine.Root, "lib")]);

        Assert.Equal("NVIDIA GeForce RTX 3060, compute capability 8.6, 12.0 GiB of its own, CUDA 12.6, TensorRT 10.3.0", $"{device}");
        Assert.Equal(MemoryPool.Device(0), device!.Pool);
    }

    [Fact]
    public void Should_count_its_memory_with_the_hosts_when_they_are_one()
    {
        using var jetson = new MachineFolder().Put("etc/nv_tegra_release", "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic\n");
        using var plain = new MachineFolder();

        var orin = CudaDevices.Read(new Cuda { Attributes = new() { [75] = 8, [76] = 7 } }, jetson.Root, []);
        var integrated = CudaDevices.Read(new Cuda { Attributes = new() { [75] = 12, [76] = 1, [18] = 1 } }, plain.Root, []);

        Assert.Equal((MemoryPool.Host, "L4T R36.4.3", null), (orin!.Pool, orin.Board, orin.TensorRt));
        Assert.Equal((MemoryPool.Host, null), (integrated!.Pool, integrated.Board));
    }

    [Fact]
    public void Should_say_nothing_when_there_is_no_driver_or_device_or_it_does_not_start()
    {
        Assert.Null(CudaDevices.Read(null, "/", []));
        Assert.Null(CudaDevices.Read(new Cuda { Started = 100 }, "/", []));
        Assert.Null(CudaDevices.Read(new Cuda { Devices = 0 }, "/", []));
        Assert.Null(CudaDevices.Read(new Cuda { Attributes = [] }, "/", []));
    }

    [Theory]
    [InlineData("# R32 (release), REVISION: 7.1, GCID: 29818004, BOARD: t210ref, EABI: aarch64", "R32.7.1")]
    [InlineData("# R38 (release)", "R38")]
    [InlineData("something else", null)]
    public void Should_read_the_boards_release_when_it_is_written(string line, string? expected)
    {
        using var machine = new MachineFolder().Put("etc/nv_tegra_release", line);

        Assert.Equal(expected, JetsonBoard.Release(machine.Root));
    }

    [Theory]
    [InlineData(5, 2, false, false)]
    [InlineData(5, 3, false, true)]
    [InlineData(6, 0, false, true)]
    [InlineData(6, 1, true, false)]
    [InlineData(6, 2, false, true)]
    [InlineData(7, 0, true, true)]
    [InlineData(8, 7, true, true)]
    public void Should_know_what_a_generation_can_when_it_is_asked(int major, int minor, bool int8, bool fp16) =>
        Assert.Equal((int8, fp16), (new ComputeCapability(major, minor).HasInt8, new ComputeCapability(major, minor).HasFastFp16));

    [Fact]
    public void Should_open_what_this_machine_has_and_never_throw_when_it_reads() => Assert.True(CudaDevices.Read() is null or { Compute.Major: > 0 });
}
