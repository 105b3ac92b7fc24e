using ActorPipeline.Inference;
using ActorPipeline.Support;

namespace ActorPipeline.Serving;

/// <summary>The process has 30 MiB before the load.</summary>
public sealed class SessionMeterSpecs
{
    private readonly FakeGauge _gauge = new() { HasPhases = true, Native = Bytes.MiB(30) };
    private readonly SessionMeter _meter;

    public SessionMeterSpecs() => _meter = new SessionMeter(_gauge);

    [Fact]
    public void Should_say_what_a_load_took_over_what_was_there_before()
    {
        Assert.Equal(new LoadMeasurement(Bytes.MiB(60), Bytes.MiB(40)), Load());
    }

    [Fact]
    public void Should_say_what_a_turn_took_and_left_over_what_was_there_before_the_load()
    {
        Load();
        _gauge.PhasePeak = Bytes.MiB(95);
        var peak = _meter.RunPeak();
        _gauge.Native = Bytes.MiB(32);

        Assert.Equal(new TurnMeasurement(Bytes.MiB(65), Bytes.MiB(2)), _meter.EndUnload(peak));
    }

    [Fact]
    public void Should_say_nothing_below_zero_when_others_gave_memory_back_meanwhile()
    {
        _meter.BeginLoad();
        _gauge.Native = Bytes.MiB(20);

        Assert.Equal(new LoadMeasurement(Bytes.Zero, Bytes.Zero), _meter.EndLoad());
        Assert.Equal(Bytes.Zero, _meter.RunPeak());
    }

    [Fact]
    public void Should_say_nothing_when_the_kernel_knows_no_phases()
    {
        var meter = new SessionMeter(new FakeGauge { Native = Bytes.MiB(30) });
        meter.BeginLoad();

        Assert.Null(meter.EndLoad());
        Assert.Null(meter.RunPeak());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Should_say_nothing_of_what_could_not_be_read_from_a_moment_on(int moment)
    {
        Blind(0);
        _meter.BeginLoad();
        Blind(1);
        Assert.Equal(moment <= 1, _meter.EndLoad() is null);
        Blind(2);
        var peak = _meter.RunPeak();
        Assert.Equal(moment <= 2, peak is null);
        Blind(3);
        Assert.Null(_meter.EndUnload(peak));

        void Blind(int now) => _gauge.IsUnreadable |= now == moment;
    }

    [Fact]
    public void Should_say_nothing_when_nothing_was_loaded()
    {
        Assert.Null(_meter.EndLoad());
        Assert.Null(_meter.EndUnload(_meter.RunPeak()));
    }

    private LoadMeasurement? Load()
    {
        _meter.BeginLoad();
        (_gauge.Native, _gauge.PhasePeak) = (Bytes.MiB(70), Bytes.MiB(90));
        return _meter.EndLoad();
    }
}
