using System.Text;

namespace ActorPipeline.Device;

public sealed class PressureStallSpecs : IDisposable
{
    private const string Quiet = "some avg10=80.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";

    private readonly MachineFolder _machine = new();

    [Fact]
    public void Should_say_how_long_everything_stood_still_when_the_kernel_does()
    {
        _machine.Put("proc/pressure/memory", Quiet.Replace("full avg10=0.00", "full avg10=12.34", StringComparison.Ordinal));

        Assert.Equal(12.34, Read());
    }

    [Fact]
    public void Should_take_the_larger_when_the_own_group_stands_still()
    {
        _machine.Put("proc/pressure/memory", Quiet).Put("proc/self/cgroup", "4:memory:/x\n0::/a\n")
            .Put("proc/self/mountinfo", "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")
            .Put("sys/fs/cgroup/unified/a/memory.pressure", Quiet.Replace("full avg10=0.00", "full avg10=55.00", StringComparison.Ordinal));

        Assert.Equal(55, Read());
    }

    [Fact]
    public void Should_say_nothing_when_the_kernel_does_not() => Assert.Null(Read());

    [Theory]
    [InlineData("")]
    [InlineData("some avg10=3.00 avg60=0.00 avg300=0.00 total=0\n")]
    [InlineData("full avg10=x")]
    [InlineData("full avg10=-1.00")]
    [InlineData("full avg10=NaN")]
    [InlineData("full avg10=101.00")]
    public void Should_say_nothing_when_it_is_nonsense(string text) => Assert.Null(PressureStall.Parse(Encoding.UTF8.GetBytes(text)));

    private double? Read()
    {
        using var pressure = new PressureStall(_machine.Root);
        return pressure.Read();
    }

    public void Dispose() => _machine.Dispose();
}
