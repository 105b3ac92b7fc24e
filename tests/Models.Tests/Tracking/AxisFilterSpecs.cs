using FsCheck.Xunit;

namespace ActorPipeline.Tracking;

public sealed class AxisFilterSpecs
{
    private const float Size = 50;

    [Fact]
    public void Should_know_the_rate_when_a_value_moves_evenly()
    {
        var filter = AxisFilter.At(100, Size);
        for (var frame = 1; frame <= 30; frame++)
        {
            filter.Predict(1f / 15, Size);
            filter.Correct(100 + (12 * frame), Size);
        }

        Assert.InRange(filter.Rate, 12 * 15 * 0.98f, 12 * 15 * 1.02f);
        Assert.InRange(filter.Value, 100 + (12 * 30) - 2, 100 + (12 * 30) + 2);
        Assert.InRange(filter.After(1f / 15), 100 + (12 * 31) - 2, 100 + (12 * 31) + 2);
    }

    [Fact]
    public void Should_stay_where_it_is_when_it_rests()
    {
        var filter = AxisFilter.At(0, Size);
        filter.Predict(0.1f, Size);
        filter.Correct(20, Size);
        var value = filter.Value;

        filter.Rest();
        filter.Predict(5, Size);

        Assert.Equal(value, filter.Value);
    }

    [Property(MaxTest = 200)]
    public void Should_come_to_the_same_when_a_frame_is_missing(byte first, byte second, byte measured)
    {
        var (a, b) = (first / 100f, second / 100f);
        var (once, twice) = (AxisFilter.At(10, Size), AxisFilter.At(10, Size));
        once.Predict(0.1f, Size);
        once.Correct(measured, Size);
        twice = once;

        once.Predict(a + b, Size);
        twice.Predict(a, Size);
        twice.Predict(b, Size);
        once.Correct(80, Size);
        twice.Correct(80, Size);

        Assert.Equal(once.Value, twice.Value, 0.05f);
        Assert.Equal(once.Rate, twice.Rate, 0.05f);
    }

    [Property(MaxTest = 200)]
    public void Should_stay_a_number_when_anything_is_measured_at_any_time(ushort[] values)
    {
        var filter = AxisFilter.At(0, Size);
        foreach (var value in values)
        {
            filter.Predict(value % 7 == 0 ? 0 : value / 100f, Size);
            filter.Correct(value, Size);
        }

        Assert.True(float.IsFinite(filter.Value) && float.IsFinite(filter.Rate));
        Assert.InRange(filter.Value, -200_000, 200_000);
    }
}
