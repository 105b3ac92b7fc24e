using System.Runtime.InteropServices;

namespace ActorPipeline.Device;

public unsafe class DeviceSpecs
{
    [Fact]
    public void Should_see_native_memory_come_and_go_when_it_is_touched_and_freed()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var gauge = new LinuxMemoryGauge();
        var before = gauge.Read();
        Assert.True(before.Anonymous > Bytes.MiB(1) && before.File > Bytes.MiB(1) && before.Managed > Bytes.Zero && before.Peak >= before.Anonymous);
        var size = Bytes.MiB(200);
        var memory = NativeMemory.Alloc((nuint)size.Count);
        NativeMemory.Fill(memory, (nuint)size.Count, 1);
        var during = gauge.Read();
        NativeMemory.Free(memory);
        NativeHeap.Trim();
        var after = gauge.Read();
        // Other specs allocate meanwhile; 200 MiB stand out.
        Assert.True(during.NativeAnonymous - before.NativeAnonymous > Bytes.MiB(100), $"{before} {during}");
        Assert.True(during.NativeAnonymous - after.NativeAnonymous > Bytes.MiB(100), $"{during} {after}");
        Assert.True(after.Peak >= during.Anonymous);
    }

    [Fact]
    public void Should_make_little_garbage_when_it_reads_ten_times_a_second()
    {
        using var gauge = new LinuxMemoryGauge();
        gauge.Read();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) gauge.Read();
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 1024);
    }

    [Fact]
    public void Should_trim_and_say_so_when_the_c_library_can() => Assert.Equal(OperatingSystem.IsLinux() && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal), NativeHeap.Trim());
}
