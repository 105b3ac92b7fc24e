using ActorPipeline.Device;

namespace ActorPipeline.Memory;

public sealed class EffectiveBudgetSpecs
{
    private static readonly MemorySettings Settings = new() { Headroom = Bytes.MiB(20), RiseAfter = TimeSpan.FromSeconds(5), CriticalStall = 10 };

    private readonly EffectiveBudget _budget = new(Host(100), Settings);
    private TimeSpan _now;

    [Theory]
    [InlineData(500, 0, 100)]
    [InlineData(110, 0, 90)]
    [InlineData(70, 40, 90)]
    public void Should_be_own_and_available_less_headroom_when_that_is_less_than_configured(double available, double own, double expected) =>
        Assert.Equal(Host(expected), Read(available, own).Budget);

    [Fact]
    public void Should_be_as_configured_when_nobody_says_anything()
    {
        var before = _budget.State;

        Assert.Same(before, _budget.Update(MachineReading.Unknown, Host(40), _now));
        Assert.Equal(Host(100), before.Budget);
    }

    [Fact]
    public void Should_fall_at_once_and_rise_only_when_more_held_for_a_while()
    {
        Assert.Equal(Host(60), Read(80).Budget);
        for (var i = 0; i < 49; i++) Assert.Equal(Host(60), Read(110 + i % 7).Budget);

        // Fifty readings of 100 ms: five seconds. What held all the time was 90.
        Assert.Equal(Host(60), Read(400).Budget);
        Assert.Equal(Host(90), Read(400).Budget);
    }

    [Fact]
    public void Should_hold_at_once_when_less_is_configured()
    {
        Read(500);

        _budget.Configure(Host(60));

        Assert.Equal(Host(60), _budget.State.Budget);
        Assert.Equal(Host(60), Read(500).Budget);
    }

    [Fact]
    public void Should_rise_with_the_next_reading_when_more_is_configured_and_the_machine_had_it_all_the_while()
    {
        for (var i = 0; i < 60; i++) Read(500);

        _budget.Configure(Host(200));
        Assert.Equal(Host(100), _budget.State.Budget);

        Assert.Equal(Host(200), Read(500).Budget);
    }

    [Fact]
    public void Should_rise_only_to_what_held_for_a_while_when_more_is_configured()
    {
        for (var i = 0; i < 60; i++) Read(500);
        Read(170);
        _budget.Configure(Host(400));

        Assert.Equal(Host(150), Read(500).Budget);
        for (var i = 0; i < 60; i++) Read(500);

        Assert.Equal(Host(400), Read(500).Budget);
    }

    [Fact]
    public void Should_follow_what_is_configured_when_nobody_says_what_is_left()
    {
        _budget.Configure(Host(60));
        Assert.Equal(Host(60), _budget.Update(MachineReading.Unknown, Host(0), _now).Budget);
        _budget.Configure(Host(200));

        Assert.Equal(Host(200), _budget.Update(MachineReading.Unknown, Host(0), _now).Budget);
    }

    [Fact]
    public void Should_begin_to_wait_anew_when_it_falls_again_meanwhile()
    {
        Read(80);
        for (var i = 0; i < 40; i++) Read(400);
        Read(79.5);

        for (var i = 0; i < 49; i++) Assert.Equal(Host(60), Read(400).Budget);
    }

    [Fact]
    public void Should_not_take_one_late_reading_for_a_long_calm()
    {
        Read(80);
        _now += TimeSpan.FromMinutes(1);

        Assert.Equal(Host(60), Read(400).Budget);
        _now += TimeSpan.FromMinutes(1);
        Assert.Equal(Host(100), Read(400).Budget);
    }

    [Fact]
    public void Should_not_chatter_when_readings_differ_little()
    {
        var state = Read(80);

        for (var i = 0; i < 200; i++) Assert.Same(state, Read(80.4 - i % 2));
    }

    [Fact]
    public void Should_come_back_to_all_of_it_when_little_is_missing()
    {
        Read(118);
        Read(119.5);
        for (var i = 0; i < 51; i++) Read(400);

        Assert.Equal(Host(100), _budget.State.Budget);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    public void Should_keep_its_head_when_one_reading_is_absurd(double absurd)
    {
        var state = Read(150);

        Assert.Same(state, Read(absurd));
        Assert.Same(state, Read(150));
        Assert.Same(state, Read(absurd));
        Assert.Same(state, Read(1e6));
    }

    [Fact]
    public void Should_believe_a_steep_fall_when_the_second_reading_says_so_too()
    {
        Read(0);

        Assert.Equal(Host(10), Read(30).Budget);
        Assert.Equal(Host(10), Read(20).Budget);
        Assert.Equal(PoolVector.Zero, Read(20).Budget);
    }

    [Fact]
    public void Should_say_who_decided_when_it_changes() => Assert.Equal(
        "host: 80.0 MiB of 100.0 MiB; a spec leaves 60.0 MiB beside 40.0 MiB of our own, headroom 20.0 MiB", Read(60, 40).Why);

    [Fact]
    public void Should_take_no_headroom_when_it_is_a_device()
    {
        var device = MemoryPool.Device(0);
        var budget = new EffectiveBudget(Host(100) + PoolVector.Of(device, Bytes.MiB(1000)), Settings);

        var state = budget.Update(new MachineReading([new PoolReading(device, Bytes.MiB(600), "NVML")], null), PoolVector.Of(device, Bytes.MiB(100)), _now);

        Assert.Equal(Host(100) + PoolVector.Of(device, Bytes.MiB(700)), state.Budget);
    }

    [Fact]
    public void Should_be_critical_when_everything_stands_still_and_until_it_halved()
    {
        Assert.False(Stall(9.9).Critical);
        Assert.True(Stall(10).Critical);
        Assert.True(Stall(5).Critical);
        Assert.False(Stall(4.9).Critical);
        Assert.False(Stall(9).Critical);
        Assert.True(Stall(80).Critical);
        Assert.False(Stall(null).Critical);

        BudgetState Stall(double? stall) => _budget.Update(new MachineReading([], stall), PoolVector.Zero, _now);
    }

    [Fact]
    public void Should_be_critical_when_two_readings_leave_less_than_half_the_headroom()
    {
        Assert.False(Read(9, 100).Critical);
        Assert.True(Read(9, 100).Critical);
        Assert.False(Read(10, 100).Critical);
        Assert.False(Read(9, 100).Critical);
        Assert.False(Read(50, 100).Critical);
    }

    [Fact]
    public void Should_never_be_critical_by_pressure_when_that_is_off()
    {
        var budget = new EffectiveBudget(Host(100), Settings with { CriticalStall = 0 });

        Assert.False(budget.Update(new MachineReading([], 100), PoolVector.Zero, _now).Critical);
    }

    private BudgetState Read(double available, double own = 0)
    {
        var state = _budget.Update(new MachineReading([new PoolReading(MemoryPool.Host, Bytes.MiB(available), "a spec")], null), Host(own), _now);
        _now += TimeSpan.FromMilliseconds(100);
        return state;
    }

    private static PoolVector Host(double mebibytes) => PoolVector.OfHost(Bytes.MiB(mebibytes));
}
