namespace ActorPipeline.Memory;

public sealed class DebtLevelSpecs
{
    private readonly DebtLevel _level = new(deadBand: Bytes.MiB(10));

    [Theory]
    [InlineData(9, 0)]
    [InlineData(10, 0)]
    [InlineData(11, 11)]
    [InlineData(-3, 0)]
    public void Should_be_what_is_missing_when_it_is_over_the_dead_band(double measured, double debt) => Assert.Equal(Bytes.MiB(debt), Release(measured));

    [Fact]
    public void Should_not_flicker_when_it_lies_about_the_dead_band()
    {
        Release(11);

        Assert.Equal(Bytes.MiB(9), Release(9));
        Assert.Equal(Bytes.MiB(6), Release(6));
        Assert.Equal(Bytes.Zero, Release(5));
        Assert.Equal(Bytes.Zero, Release(9));
    }

    [Fact]
    public void Should_be_a_level_and_no_sum_when_the_same_is_seen_again()
    {
        for (var i = 0; i < 5; i++) Assert.Equal(Bytes.MiB(30), Release(30));
    }

    [Fact]
    public void Should_take_off_what_is_always_charged_when_nobody_holds_a_lease()
    {
        Assert.Equal(Bytes.MiB(30), Release(130, charged: 100, isAlone: true));
        Assert.Equal(Bytes.Zero, Quiet(101, charged: 100));
    }

    [Fact]
    public void Should_keep_debt_when_a_model_takes_less_than_its_lease_and_hides_it()
    {
        Release(30);

        Assert.Equal(Bytes.MiB(30), Quiet(measured: 30 + 25, charged: 50));
        Assert.Equal(Bytes.MiB(30), Release(30));
    }

    [Fact]
    public void Should_never_be_more_than_all_that_is_measured_when_a_model_is_loaded()
    {
        Release(30);

        Assert.Equal(Bytes.MiB(20), Quiet(measured: 20, charged: 50));
    }

    [Fact]
    public void Should_fall_by_what_came_back_when_a_model_stays_loaded()
    {
        Release(30);
        Quiet(55, charged: 50);
        Assert.Equal(Bytes.MiB(30), Quiet(52, charged: 50));

        Assert.Equal(Bytes.MiB(8), Quiet(33, charged: 50));
    }

    [Fact]
    public void Should_rise_when_more_is_measured_than_a_loaded_model_may_take() => Assert.Equal(Bytes.MiB(25), Quiet(75, charged: 50));

    [Fact]
    public void Should_count_a_steady_climb_when_it_is_below_the_dead_band()
    {
        for (var i = 1; i <= 9; i++) Release(i);

        Assert.True(Release(9.5) > Bytes.MiB(8));
    }

    private Bytes Release(double measured, double charged = 0, bool isAlone = false)
    {
        _level.Released(Bytes.MiB(measured), Bytes.MiB(charged), isAlone);
        return _level.Debt;
    }

    private Bytes Quiet(double measured, double charged)
    {
        _level.Quiet(Bytes.MiB(measured), Bytes.MiB(charged));
        return _level.Debt;
    }
}
