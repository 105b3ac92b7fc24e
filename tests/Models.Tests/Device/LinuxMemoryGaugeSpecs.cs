namespace ActorPipeline.Device;

public sealed class LinuxMemoryGaugeSpecs : IDisposable
{
    private readonly MachineFolder _machine = new();

    [Fact]
    public void Should_split_what_is_resident_with_shared_memory_as_of_files_when_the_kernel_does()
    {
        var reading = Read("VmHWM: 9000 kB\nVmRSS: 7000 kB\nRssAnon: 5000 kB\nRssFile: 1900 kB\nRssShmem: 100 kB\n");

        Assert.True(reading.Readable);
        Assert.Equal((Bytes.KiB(5000), Bytes.KiB(2000), Bytes.KiB(9000), Bytes.KiB(9000)), (reading.Anonymous, reading.File, reading.Peak, reading.PhasePeak));
    }

    [Fact]
    public void Should_take_shared_pages_off_when_the_kernel_is_too_old_to_split()
    {
        _machine.Put("proc/self/statm", "90000 1750 500 1 0 800 0\n");
        var reading = Read("VmHWM: 9000 kB\nVmRSS: 7000 kB\n");

        var shared = new Bytes(500L * Environment.SystemPageSize);
        Assert.True(reading.Readable);
        Assert.Equal((Bytes.KiB(7000) - shared, shared), (reading.Anonymous, reading.File));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Name: dotnet\n")]
    [InlineData("VmRSS: 7000 kB\n")]
    [InlineData("RssAnon: many\n")]
    public void Should_say_that_it_cannot_read_when_the_text_says_nothing(string status)
    {
        var reading = Read(status);

        Assert.False(reading.Readable);
        Assert.Equal((Bytes.Zero, Bytes.Zero, Bytes.Zero), (reading.Anonymous, reading.File, reading.Managed));
    }

    [Theory]
    [InlineData("1 2")]
    [InlineData("")]
    [InlineData("1 2 x 4")]
    [InlineData("1 2 -3 4")]
    public void Should_know_no_shared_pages_when_they_are_nonsense(string statm) =>
        Assert.Null(LinuxMemoryGauge.Shared(System.Text.Encoding.UTF8.GetBytes(statm)));

    [Fact]
    public void Should_say_that_it_cannot_read_when_there_is_no_file()
    {
        using var gauge = new LinuxMemoryGauge(_machine.Root);

        Assert.False(gauge.Read().Readable);
        Assert.False(gauge.BeginPhase());
    }

    [Fact]
    public void Should_keep_the_highest_mark_when_a_phase_starts_it_anew()
    {
        _machine.Put("proc/self/status", "VmHWM: 9000 kB\nRssAnon: 5000 kB\n");
        using var gauge = new LinuxMemoryGauge(_machine.Root);
        Assert.True(gauge.BeginPhase());
        _machine.Put("proc/self/status", "VmHWM: 6000 kB\nRssAnon: 5000 kB\n");

        var reading = gauge.Read();

        Assert.Equal((Bytes.KiB(9000), Bytes.KiB(6000)), (reading.Peak, reading.PhasePeak));
        Assert.Equal("5", File.ReadAllText(Path.Combine(_machine.Root, "proc/self/clear_refs")));
    }

    private MemoryReading Read(string status)
    {
        _machine.Put("proc/self/status", status);
        using var gauge = new LinuxMemoryGauge(_machine.Root);
        return gauge.Read();
    }

    public void Dispose() => _machine.Dispose();
}
