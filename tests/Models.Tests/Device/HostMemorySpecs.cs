namespace ActorPipeline.Device;

public sealed class HostMemorySpecs : IDisposable
{
    private readonly MachineFolder _machine = new();

    [Fact]
    public void Should_say_what_is_available_when_the_kernel_does()
    {
        _machine.Put("proc/meminfo", "MemTotal:       4096 kB\nMemFree:  100 kB\nMemAvailable:       2048 kB\nBuffers: 1 kB\n");
        using var host = new HostMemory(_machine.Root);

        Assert.Equal(new PoolReading(MemoryPool.Host, Bytes.KiB(2048), "MemAvailable"), host.Read());
        Assert.Equal(Bytes.KiB(4096), host.Total());
    }

    [Fact]
    public void Should_add_up_free_memory_and_caches_when_the_kernel_is_old()
    {
        _machine.Put("proc/meminfo", "MemTotal:       4096 kB\nMemFree:  100 kB\nBuffers: 20 kB\nCached:  3 kB\nSwapCached: 9 kB\n");
        using var host = new HostMemory(_machine.Root);

        Assert.Equal(Bytes.KiB(123), host.Read()?.Available);
    }

    [Fact]
    public void Should_never_say_more_than_there_is_when_the_kernel_does()
    {
        _machine.Put("proc/meminfo", "MemTotal: 4096 kB\nMemAvailable: 999999 kB\n");
        using var host = new HostMemory(_machine.Root);

        Assert.Equal(Bytes.KiB(4096), host.Read()?.Available);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MemTotal: 4096 kB\n")]
    [InlineData("MemTotal: 4096 kB\nMemAvailable: lots\n")]
    [InlineData("MemFree: 4096 kB\nCached: 1 kB\n")]
    public void Should_say_nothing_when_the_text_does_not(string text)
    {
        _machine.Put("proc/meminfo", text);
        using var host = new HostMemory(_machine.Root);

        Assert.Null(host.Read());
    }

    [Fact]
    public void Should_be_heard_again_when_the_file_comes_after_all()
    {
        using var host = new HostMemory(_machine.Root);
        Assert.Null(host.Read());
        Assert.Null(host.Total());

        _machine.Put("proc/meminfo", "MemAvailable: 2048 kB\n");

        Assert.Equal(Bytes.KiB(2048), host.Read()?.Available);
    }

    [Fact]
    public void Should_say_nothing_when_it_is_a_folder()
    {
        Directory.CreateDirectory(Path.Combine(_machine.Root, "proc/meminfo"));
        using var host = new HostMemory(_machine.Root);

        Assert.Null(host.Read());
    }

    public void Dispose() => _machine.Dispose();
}
