namespace ActorPipeline.Device;

/// <summary>NVML and the CUDA driver, played.</summary>
public sealed class GraphicsSpecs
{
    private const int NotInitialized = 3;
    private const int NotSupported = 3;

    /// <summary>Cards by index, with free bytes; the handle of one is its index + 100.</summary>
    private sealed class Nvml(params ulong[] free) : NvidiaManagement.ICalls
    {
        public int Started { get; init; }

        public int Answer { get; init; }

        public int Init() => Started;

        public int Count(out uint count)
        {
            count = (uint)free.Length;
            return 0;
        }

        public int ByIndex(uint index, out IntPtr device)
        {
            device = (IntPtr)(index + 100);
            return index < free.Length ? 0 : 2;
        }

        public int ByUuid(string uuid, out IntPtr device)
        {
            device = 101;
            return uuid == "GPU-one" ? 0 : 6;
        }

        public int Memory(IntPtr device, out ulong left)
        {
            left = free[(int)device - 100];
            return Answer;
        }
    }

    private sealed class Cuda(params bool[] active) : CudaDriver.ICalls
    {
        public int Initialized { get; init; }

        public int Asked { get; private set; }

        public int Count(out int count)
        {
            count = active.Length;
            return Initialized;
        }

        public int State(int device, out bool on)
        {
            on = active[device];
            return 0;
        }

        public int Free(int device, out ulong free)
        {
            Asked++;
            free = (ulong)(device + 1) << 20;
            return 0;
        }
    }

    [Fact]
    public void Should_say_what_each_card_has_free_when_there_is_nvml() => Assert.Equal(
        [new(MemoryPool.Device(0), Bytes.MiB(10), "NVML"), new PoolReading(MemoryPool.Device(1), Bytes.MiB(20), "NVML")],
        NvidiaManagement.Over(new Nvml(10 << 20, 20 << 20)).Read());

    [Theory]
    [InlineData("1,0", 20, 10)]
    [InlineData("1", 20, null)]
    [InlineData("GPU-one, 0", 20, 10)]
    [InlineData("MIG-x,0", null, 10)]
    [InlineData("", null, null)]
    [InlineData("7", null, null)]
    public void Should_number_cards_as_cuda_does_when_only_some_are_visible(string visible, int? first, int? second)
    {
        var read = NvidiaManagement.Over(new Nvml(10 << 20, 20 << 20), visible).Read().ToDictionary(r => r.Pool, r => r.Available);

        Assert.Equal((Free(first), Free(second)), (Read(0), Read(1)));

        Bytes? Read(int index) => read.TryGetValue(MemoryPool.Device(index), out var free) ? free : null;
        static Bytes? Free(int? mebibytes) => mebibytes is { } some ? Bytes.MiB(some) : null;
    }

    [Fact]
    public void Should_say_nothing_when_nvml_does_not_support_it_or_does_not_start_or_is_absent()
    {
        Assert.Empty(NvidiaManagement.Over(new Nvml(1) { Answer = NotSupported }).Read());
        Assert.Empty(NvidiaManagement.Over(new Nvml(1) { Started = 9 }).Read());
        Assert.Empty(NvidiaManagement.Over(new Nvml(ulong.MaxValue)).Read());
        Assert.Empty(NvidiaManagement.Over(null).Read());
    }

    [Fact]
    public void Should_ask_only_devices_with_a_context_when_there_is_a_driver()
    {
        var cuda = new Cuda(false, true);

        Assert.Equal([new PoolReading(MemoryPool.Device(1), Bytes.MiB(2), "CUDA driver")], CudaDriver.Over(cuda).Read());
        Assert.Equal(1, cuda.Asked);
    }

    [Fact]
    public void Should_say_nothing_when_nobody_initialised_the_driver_or_it_is_absent()
    {
        var cuda = new Cuda(true) { Initialized = NotInitialized };

        Assert.Empty(CudaDriver.Over(cuda).Read());
        Assert.Empty(CudaDriver.Over(null).Read());
        Assert.Equal(0, cuda.Asked);
    }

    [Fact]
    public void Should_let_the_driver_speak_when_both_know_a_device()
    {
        using var machine = new MachineFolder().Put("proc/meminfo", "MemAvailable: 2048 kB\n");
        using var gauge = new LinuxMachineGauge(machine.Root, () => NvidiaManagement.Over(new Nvml(10 << 20, 20 << 20)), () => CudaDriver.Over(new Cuda(true, false)));

        Assert.Equal(
            [(MemoryPool.Host, "MemAvailable"), (MemoryPool.Device(0), "CUDA driver"), (MemoryPool.Device(1), "NVML")],
            gauge.Read().Pools.Select(p => (p.Pool, p.Source)));
    }

    [Fact]
    public void Should_open_what_this_machine_has_and_never_throw_when_it_reads()
    {
        Assert.All(NvidiaManagement.Open().Read(), r => Assert.True(r.Available > Bytes.Zero));
        Assert.Empty(CudaDriver.Open().Read());
    }
}
